import type { Page, Request } from "playwright";

/** Collects from now on every warning and error of the page: in its console, and thrown by nobody's catch. */
export function listenForComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["warning", "error"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
  return complaints;
}

/**
 * Keeps every request from now on. `answersWith` makes each again and gives the URLs of those whose answer has a text in
 * its headers or body: of some answers Chromium itself does not keep the body.
 */
export function keepRequests(page: Page): { answersWith(text: string): Promise<string[]> } {
  const requests: Request[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith("http")) requests.push(request);
  });
  return {
    async answersWith(text) {
      const answers = await Promise.all(requests.map(async (one) => ({ url: one.url(), answer: await repeat(one) })));
      return answers.filter(({ answer }) => answer.includes(text)).map(({ url }) => url);
    },
  };
}

async function repeat(request: Request): Promise<string> {
  const [method, headers, body] = [request.method(), await request.allHeaders(), request.postData()];
  const response = await fetch(request.url(), { method, headers, body });
  return JSON.stringify([...response.headers]) + (await response.text());
}
