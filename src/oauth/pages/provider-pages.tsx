import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ComponentChildren } from 'preact';
import type { Config } from '../../config/config.js';
import { Layout, renderPage } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';

/** The provider makes these forms itself, with its own protection against forgery; they are trusted markup. */
function ProviderForm({ markup }: { markup: string }) {
  return <div dangerouslySetInnerHTML={{ __html: markup }} />;
}

const USER_CODE = 'user-code';

/** The library's field, tied to our label, and without its script, which our policy would block. */
function labelled(form: string): string {
  return form.replace(/ onfocus="[^"]*"/, '').replace('name="user_code"', `name="user_code" id="${USER_CODE}"`);
}

function show(ctx: KoaContextWithOIDC, config: Config, title: string, children: ComponentChildren): void {
  ctx.type = 'html';
  ctx.body = renderPage(
    <Layout title={title} appName={config.appName}>
      <h1>{title}</h1>
      {children}
    </Layout>,
  );
}

/** What went wrong with a request that may not be sent back to the application (RFC 6749, section 4.1.2.1). */
export function errorPage(config: Config) {
  return (ctx: KoaContextWithOIDC, out: { error: string; error_description?: string | undefined }): void => {
    show(
      ctx,
      config,
      'This request cannot go on',
      <>
        <Notice kind="problem">{out.error_description ?? out.error}</Notice>
        <p>Go back to the application that sent you here and start again. Its makers may want to know this code:</p>
        <p>
          <code>{out.error}</code>
        </p>
      </>,
    );
  };
}

export function confirmLogout(config: Config) {
  return (ctx: KoaContextWithOIDC, form: string): void => {
    show(
      ctx,
      config,
      'Sign out?',
      <>
        <p>You are signed in at {config.appName}. Shall this end, for all applications in this browser?</p>
        <ProviderForm markup={form} />
        <div class="actions">
          <button type="submit" form="op.logoutForm" name="logout" value="yes">
            Yes, sign me out
          </button>
          <button type="submit" form="op.logoutForm" class="secondary">
            No, stay signed in
          </button>
        </div>
      </>,
    );
  };
}

export function loggedOut(config: Config) {
  return (ctx: KoaContextWithOIDC): void => {
    show(ctx, config, 'Signed out', <Notice kind="success">You are signed out.</Notice>);
  };
}

export function deviceCodeInput(config: Config) {
  return (ctx: KoaContextWithOIDC, form: string, _out?: unknown, error?: Error & { userCode?: string }): void => {
    show(
      ctx,
      config,
      'Connect a device',
      <>
        {error && (
          <Notice kind="problem">
            {error.userCode
              ? 'This code is not good. Look again, or start anew on the device.'
              : 'Please enter the code.'}
          </Notice>
        )}
        <p>Your device shows a code. Enter it here.</p>
        <label for={USER_CODE}>Code</label>
        <ProviderForm markup={labelled(form)} />
        <button type="submit" form="op.deviceInputForm">
          Continue
        </button>
      </>,
    );
  };
}

export function deviceCodeConfirm(config: Config) {
  return (
    ctx: KoaContextWithOIDC,
    form: string,
    client: { clientName?: string | undefined; clientId: string },
    _device: unknown,
    userCode: string,
  ): void => {
    show(
      ctx,
      config,
      'Is this your device?',
      <>
        <p>
          <strong>{client.clientName ?? client.clientId}</strong> on a device wants to sign in as you. Go on only if the
          device in front of you shows this code:
        </p>
        <p class="code">{userCode}</p>
        <ProviderForm markup={form} />
        <div class="actions">
          <button type="submit" form="op.deviceConfirmForm" autofocus>
            Yes, continue
          </button>
          <button type="submit" form="op.deviceConfirmForm" class="secondary" name="abort" value="yes">
            No
          </button>
        </div>
      </>,
    );
  };
}

export function deviceDone(config: Config) {
  return (ctx: KoaContextWithOIDC): void => {
    show(ctx, config, 'Device connected', <Notice kind="success">You can go back to your device now.</Notice>);
  };
}
