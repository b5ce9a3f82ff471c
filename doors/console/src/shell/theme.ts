// SPDX-License-Identifier: Apache-2.0
/** Light, dark, or as the system says. */
export type Theme = 'light' | 'dark' | 'system';
const STORE = 'sakimori.theme';

export function currentTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(STORE);
    else localStorage.setItem(STORE, theme);
  } catch {
    // Chosen for this page only.
  }
}
