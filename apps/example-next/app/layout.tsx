import type { Metadata } from "next";
import type { ReactNode } from "react";

export const metadata: Metadata = { title: "Layercode in Next.js", icons: "data:," };

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body style={{ maxWidth: "40rem", margin: "2rem auto", padding: "0 1rem", fontFamily: "system-ui" }}>
        {children}
      </body>
    </html>
  );
}
