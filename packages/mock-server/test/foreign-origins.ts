/** Origins whose names look like this machine's, and lead to whatever the DNS of their owner says. */
export const foreignNames = [
  "http://127.evil.example",
  "http://127.0.0.1.nip.io",
  "http://127.0.0.1.evil.example:4000",
  "http://localhost.evil.example",
  "http://evil-localhost",
  "https://1.example",
];

export const foreignOrigins = [...foreignNames, "http://128.0.0.1", "http://[2001:db8::1]"];
