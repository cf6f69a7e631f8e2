// Addresses of pages. Ids are the shop's own strings, slashes and all.

export const userPage = (id: string): string => `/users/${encodeURIComponent(id)}`;
export const itemPage = (id: string): string => `/items/${encodeURIComponent(id)}`;
export const groupPage = (id: string): string => `/groups/${encodeURIComponent(id)}`;
export const runPage = (name: string): string => `/runs/${encodeURIComponent(name)}`;
export const chainPage = (subject: "item" | "user", id: string): string =>
  `/reasoning?${new URLSearchParams({ subject, id })}`;
export const studyPage = (name: string): string => `/studies/${encodeURIComponent(name)}`;
