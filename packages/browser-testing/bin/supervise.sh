#!/bin/sh
# Runs $SUPERVISED with the arguments given, and ends it, with all that it started, when whoever started this is gone:
# also when that was killed and could clean nothing up. Firefox's profile goes with it.
if [ "$1" != --supervised ] && command -v setpriv > /dev/null; then
  exec setpriv --pdeathsig TERM "$0" --supervised "$@"
fi
[ "$1" = --supervised ] && shift

previous=
profile=
for argument in "$@"; do
  [ "$previous" = --profile ] && profile=$argument
  previous=$argument
done

# The group is this script's own: it is started detached.
end() {
  trap "" TERM
  kill -TERM 0
  wait
  [ -n "$profile" ] && rm -rf "$profile"
}
trap "end; exit 143" TERM

"$SUPERVISED" "$@" &
wait "$!"
end
