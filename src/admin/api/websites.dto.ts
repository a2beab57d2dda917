import { ApiProperty } from '@nestjs/swagger';
import { ClearableText } from '../../common/parameter-kinds.js';
import { OptionalText, Text } from '../../common/validation.js';
import type { Branding } from '../../websites/website-branding.js';
import type { Website } from '../../websites/website.entity.js';

const docs = {
  host: { description: 'Without port', example: 'accounts.example.com', max: 300 },
  name: { description: '1 to 100 characters', example: 'Example', max: 400 },
  color: { description: '`#rrggbb`', example: '#0b5fff', max: 32 },
  logo: { description: 'Path on this server', example: '/assets/example.svg', max: 254 },
  email: { example: 'help@example.com', max: 254 },
};
const { max: _host, ...host } = docs.host;
const { max: _name, ...name } = docs.name;

/** Blank or null takes away what is there. */
class AdminLooks {
  @ClearableText(docs.color) primary_color?: string | null;
  @ClearableText(docs.color) background_color?: string | null;
  @ClearableText(docs.logo) logo_path?: string | null;
  @ClearableText(docs.email) support_email?: string | null;
}

export class AdminCreateWebsiteRequest extends AdminLooks {
  @Text(docs.host) host!: string;
  @Text(docs.name) name!: string;
}

export class AdminChangeWebsiteRequest extends AdminLooks {
  @OptionalText(docs.host) host?: string;
  @OptionalText(docs.name) name?: string;
}

/** The request under the names of the domain. */
export function toBranding(body: AdminChangeWebsiteRequest): Partial<Branding> {
  const branding = {
    host: body.host,
    name: body.name,
    primaryColor: body.primary_color,
    backgroundColor: body.background_color,
    logoPath: body.logo_path,
    supportEmail: body.support_email,
  };
  return Object.fromEntries(Object.entries(branding).filter(([, value]) => value !== undefined));
}

export class AdminWebsiteResponse {
  @ApiProperty({ example: '1' }) id!: string;
  @ApiProperty(host) host!: string;
  @ApiProperty(name) name!: string;
  @ApiProperty({ type: String, nullable: true, example: '#0b5fff' }) primary_color!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '#ffffff' }) background_color!: string | null;
  @ApiProperty({ type: String, nullable: true, example: '/assets/example.svg' }) logo_path!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'help@example.com' }) support_email!: string | null;
  @ApiProperty({ format: 'date-time' }) created_at!: string;
  @ApiProperty({ format: 'date-time' }) updated_at!: string;

  static from(website: Website): AdminWebsiteResponse {
    return {
      id: website.id,
      host: website.host,
      name: website.name,
      primary_color: website.primaryColor,
      background_color: website.backgroundColor,
      logo_path: website.logoPath,
      support_email: website.supportEmail,
      created_at: website.createdAt.toISOString(),
      updated_at: website.updatedAt.toISOString(),
    };
  }
}
