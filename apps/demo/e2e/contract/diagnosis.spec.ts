import { expect, test } from "./contract.js";

test("a diagnosis is a click away, and is read in the page", async ({ open }) => {
  const demo = await open({ agent: "ag-reserved" });
  await demo.button("Diagnose").click();
  const report = demo.panel.getByRole("region", { name: "Diagnosis" });
  await expect(report).toContainText("endpoint");
  await expect(demo.button("Diagnose")).toBeEnabled();
  await expect(report).toContainText("microphone");
});

test("where no loudspeaker can be chosen, the page says so in place of a choice", async ({ open }) => {
  const demo = await open({
    agent: "ag-reserved",
    prepare: (page) => page.addInitScript(() => Reflect.deleteProperty(AudioContext.prototype, "setSinkId")),
  });
  await expect(demo.loudspeaker).toBeDisabled();
  await expect(demo.words(/This browser plays on the system's choice|As the system chooses/)).not.toHaveCount(0);
});
