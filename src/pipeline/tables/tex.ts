// Words of data and results, safe inside a LaTeX table.

const TEX: Readonly<Record<string, string>> = {
  "±": "$\\pm$",
  "†": "$^\\dagger$",
  "‡": "$^\\ddagger$",
  "§": "\\S{}",
  "*": "$^*$",
  "<": "$<$",
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

export function texWords(text: string): string {
  return text.replace(/[%&_#${}]/g, "\\$&").replace(/[±†‡§*<~^]|\\(?![%&_#${}])/g, (sign) => TEX[sign]!);
}
