import type { Request } from 'express';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { JSX } from 'preact';
import type { Pages } from '../../pages/pages.service.js';
import { DeviceCodePage, DeviceConfirmPage, DeviceDonePage } from './device.pages.js';
import { GoOnPage, ProviderErrorPage, SignOutPage, SignedOutPage } from './sign-out.pages.js';

/** Pages that the provider asks us for while it answers a request itself. */
export class ProviderPages {
  constructor(private readonly pages: Pages) {}

  /** What went wrong with a request that may not be sent back to the application (RFC 6749, section 4.1.2.1). */
  readonly error = (ctx: KoaContextWithOIDC, out: { error: string; error_description?: string | undefined }): void =>
    this.show(ctx, <ProviderErrorPage code={out.error} description={out.error_description} />);

  readonly confirmSignOut = (ctx: KoaContextWithOIDC, form: string): void =>
    this.show(ctx, <SignOutPage form={form} />);

  readonly signedOut = (ctx: KoaContextWithOIDC): void => this.show(ctx, <SignedOutPage />);

  readonly goOn = (ctx: KoaContextWithOIDC, form: string): void => this.show(ctx, <GoOnPage form={form} />);

  readonly deviceCode = (
    ctx: KoaContextWithOIDC,
    form: string,
    _out?: unknown,
    error?: Error & { userCode?: string },
  ): void => {
    const problem = error && (error.userCode ? 'wrong' : 'missing');
    this.show(ctx, <DeviceCodePage form={form} problem={problem} />);
  };

  readonly deviceConfirm = (
    ctx: KoaContextWithOIDC,
    form: string,
    client: { clientName?: string | undefined; clientId: string },
    _device: unknown,
    userCode: string,
  ): void => {
    const name = client.clientName ?? client.clientId;
    this.show(ctx, <DeviceConfirmPage form={form} application={name} userCode={userCode} />);
  };

  readonly deviceDone = (ctx: KoaContextWithOIDC): void => this.show(ctx, <DeviceDonePage />);

  private show(ctx: KoaContextWithOIDC, page: JSX.Element): void {
    ctx.type = 'html';
    const uiLocales = ctx.oidc?.params?.ui_locales;
    ctx.body = this.pages.render(ctx.req as Request, page, { uiLocales });
  }
}
