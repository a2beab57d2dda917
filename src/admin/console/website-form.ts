import { OptionalText } from '../../common/validation.js';
import type { Branding } from '../../websites/website-branding.js';
import type { Website } from '../../websites/website.entity.js';

/** What the form of a website sends. */
export class WebsiteForm {
  @OptionalText() host?: string;
  @OptionalText() name?: string;
  @OptionalText() logo_path?: string;
  @OptionalText() support_email?: string;
  /** A colour field always sends a colour; these say whether it is meant. */
  @OptionalText() own_primary?: string;
  @OptionalText() own_background?: string;
  @OptionalText() primary_color?: string;
  @OptionalText() background_color?: string;
}

/** What stands in the form. */
export interface WebsiteValues {
  host: string;
  name: string;
  logoPath: string;
  supportEmail: string;
  ownPrimary: boolean;
  ownBackground: boolean;
  primaryColor: string;
  backgroundColor: string;
}

/** Ours, from theme.css: where a colour of one's own begins. */
const USUAL_PRIMARY = '#0b5cad';
const USUAL_BACKGROUND = '#f5f6f8';

export const NEW_WEBSITE: WebsiteValues = {
  ...{ host: '', name: '', logoPath: '', supportEmail: '' },
  ...{ ownPrimary: false, ownBackground: false, primaryColor: USUAL_PRIMARY, backgroundColor: USUAL_BACKGROUND },
};

export function websiteValues(website: Website): WebsiteValues {
  const { host, name, logoPath, supportEmail, primaryColor, backgroundColor } = website;
  return {
    ...{ host, name },
    logoPath: logoPath ?? '',
    supportEmail: supportEmail ?? '',
    ownPrimary: primaryColor !== null,
    ownBackground: backgroundColor !== null,
    primaryColor: primaryColor ?? USUAL_PRIMARY,
    backgroundColor: backgroundColor ?? USUAL_BACKGROUND,
  };
}

export function typedWebsite(form: WebsiteForm): WebsiteValues {
  return {
    host: form.host ?? '',
    name: form.name ?? '',
    logoPath: form.logo_path ?? '',
    supportEmail: form.support_email ?? '',
    ownPrimary: form.own_primary !== undefined,
    ownBackground: form.own_background !== undefined,
    primaryColor: form.primary_color ?? USUAL_PRIMARY,
    backgroundColor: form.background_color ?? USUAL_BACKGROUND,
  };
}

/** The form under the names of the domain, which judges it. */
export function brandingFrom(values: WebsiteValues): Branding {
  const { host, name, logoPath, supportEmail, ownPrimary, ownBackground, primaryColor, backgroundColor } = values;
  return {
    ...{ host, name },
    logoPath: logoPath.trim() || null,
    supportEmail: supportEmail.trim() || null,
    primaryColor: ownPrimary ? primaryColor : null,
    backgroundColor: ownBackground ? backgroundColor : null,
  };
}
