// Keeps a core busy for as long as the benchmark lives.
process.on("disconnect", () => process.exit());
const work = () => {
  const end = Date.now() + 200;
  while (Date.now() < end);
  setImmediate(work);
};
work();
