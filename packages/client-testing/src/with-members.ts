/** An object with the members of both; `more` replaces those of the same name. Getters stay getters: a spread would read them once. */
export function withMembers<Base extends object, More extends object>(base: Base, more: More) {
  const members = { ...Object.getOwnPropertyDescriptors(base), ...Object.getOwnPropertyDescriptors(more) };
  return Object.defineProperties({}, members) as Omit<Base, keyof More> & More;
}
