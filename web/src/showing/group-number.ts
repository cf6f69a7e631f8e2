/** Groups are numbered: "s12" is shown as "12", other names as they are. */
export function groupNumber(id: string): string {
  return id.replace(/^s(?=\d+$)/, "");
}
