// Runs before the page: notes whatever goes wrong in it.
window.noted = { errors: [], refused: [] };
addEventListener('error', event => noted.errors.push(String(event.message || event.target)), true);
addEventListener('unhandledrejection', event => noted.errors.push(String(event.reason)));
document.addEventListener('securitypolicyviolation', event => noted.refused.push(event.blockedURI));
console.error = (...words) => noted.errors.push(words.join(' '));
console.warn = console.error;
