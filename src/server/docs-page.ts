// The API on one page: made on the server, without scripts, from the OpenAPI document.
import { escapeMarkup } from "../base/escape-markup.ts";
import type { OpenApiDocument } from "./openapi.ts";

const STYLES = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; text-transform: capitalize; }
details { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .6rem 0; }
summary { cursor: pointer; }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .8rem; background: color-mix(in srgb, currentColor 7%, transparent); border-radius: .4rem; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
`;

interface Shown {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string }[];
  readonly requestBody?: unknown;
}

export function docsPage(document: OpenApiDocument): string {
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Readonly<Record<string, Shown>>)) {
      const [tag = "other"] = operation.tags ?? [];
      groups.set(tag, [...(groups.get(tag) ?? []), operationHtml(method, path, operation)]);
    }
  }
  const sections = Array.from(groups, ([tag, shown]) => `<h2>${escapeMarkup(tag)}</h2>${shown.join("")}`);
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="${escapeMarkup(name)}"><summary><code>${escapeMarkup(name)}</code></summary>${pre(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>isrf serve: the API</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${STYLES}</style></head><body>
<h1>isrf serve</h1><p>${escapeMarkup(document.info.description ?? "")} The whole document: <a href="/openapi.json">openapi.json</a>.</p>
${sections.join("\n")}<h2>Shapes</h2>${schemas.join("\n")}</body></html>`;
}

function operationHtml(method: string, path: string, operation: Shown): string {
  const { summary = "", description = "", parameters = [], requestBody } = operation;
  const fields = parameters.map(
    (field) =>
      `<li><code>${escapeMarkup(field.name)}</code> (${escapeMarkup(field.in)}) ${escapeMarkup(field.description ?? "")}</li>`,
  );
  return `<details><summary><span class="method">${method.toUpperCase()}</span> <code>${escapeMarkup(path)}</code> ${escapeMarkup(summary)}</summary>
<p>${escapeMarkup(description)}</p>${fields.length === 0 ? "" : `<ul>${fields.join("")}</ul>`}${requestBody === undefined ? "" : pre(requestBody)}</details>`;
}

function pre(value: unknown): string {
  return `<pre>${escapeMarkup(JSON.stringify(value, null, 2))}</pre>`;
}
