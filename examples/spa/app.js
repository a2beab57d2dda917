// A public client: no secret, PKCE, tokens in memory of this tab only, the API called from the browser.
import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts';

const settings = await (await fetch('/settings.json')).json();
const manager = new UserManager({
  ...settings,
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/`,
  scope: 'openid email account:read',
  userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
});
const element = (id) => document.getElementById(id);

element('login').addEventListener('click', () => manager.signinRedirect());
element('logout').addEventListener('click', () => manager.signoutRedirect());

try {
  const user = location.pathname === '/callback' ? await manager.signinRedirectCallback() : await manager.getUser();
  // The code is used up; a reload of its address could only fail.
  history.replaceState(null, '', '/');
  await show(user);
} catch (error) {
  element('status').textContent = `Sign-in failed: ${error.message}`;
  element('login').hidden = false;
}

async function show(user) {
  element('login').hidden = user !== null;
  element('logout').hidden = user === null;
  element('status').textContent = user ? `Signed in as ${user.profile.sub}` : 'Not signed in';
  if (!user) return;
  const answer = await fetch(new URL('/api/v1/accounts/me', settings.authority), {
    headers: { Authorization: `Bearer ${user.access_token}` },
  });
  element('me').textContent = JSON.stringify(await answer.json(), null, 2);
}
