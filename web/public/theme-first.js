// Before anything is painted: the theme that was chosen here before. A file of its own, as the page's policy allows no
// script inside the page.
try {
  const theme = localStorage.getItem("isrf-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden: the system's theme holds.
}
