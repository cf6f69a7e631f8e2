// Colours of pictures and pages, as CSS variables. The series are told apart by people who see few colours, on both.
export const PALETTE = {
  light: `--paper: #faf9f6; --card: #ffffff; --ink: #1c2027; --muted: #626b78; --line: #dfe1e5; --bar: #b7bec8;
  --individual: #1d6d8c; --individual-soft: #e6f1f5; --group: #b9571f; --group-soft: #faeee6;
  --third: #6a5aa6; --fourth: #39855a;`,
  dark: `--paper: #14171b; --card: #1b1f25; --ink: #e7eaee; --muted: #9aa4b2; --line: #333a44; --bar: #56606e;
  --individual: #62b5d2; --individual-soft: #1a2d36; --group: #e8965f; --group-soft: #35261c;
  --third: #ab9ee2; --fourth: #78c698;`,
};
