// SPDX-License-Identifier: Apache-2.0
// Runs before the first paint, so that a chosen light or dark theme does not flash.
(() => {
  try {
    const theme = localStorage.getItem('sakimori.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is closed to us: the system's preference decides.
  }
})();
