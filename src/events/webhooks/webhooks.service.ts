import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { AuditService } from '../../audit/audit.service.js';
import { type Page, type PageQuery, pageBounds } from '../../common/pagination.js';
import type { RequestOrigin } from '../../common/request-origin.js';
import { Config } from '../../config/config.js';
import { Cipher } from '../../infra/crypto/cipher.service.js';
import { hostOf, MOST_WEBHOOKS, tidied, webhookProblems, type WebhookSettings } from './webhook-rules.js';
import { newSecret, OVERLAP_HOURS, secretContext } from './webhook-secrets.js';
import { Webhook } from './webhook.entity.js';
import { WebhookErrors } from './webhooks.errors.js';

const UID = /^[0-9a-f]{32}$/;
const FIELDS = ['name', 'url', 'eventNames', 'enabled'] as const;
/** Nothing is held against a receiver that somebody enabled or looked after. */
const CLEAN_SLATE = { failures: 0, failingSince: null, pausedUntil: null };

/** Secrets and the address do not wait for the clean-up. */
const MARK_DELETED = `
  UPDATE webhooks SET deleted_at = now(), enabled = false, disabled_because = 'staff', url = '', secret_sealed = '',
    previous_secret_sealed = NULL, previous_secret_expires_at = NULL
  WHERE id = $1 AND deleted_at IS NULL`;

export interface CreatedWebhook {
  webhook: Webhook;
  /** Shown this once. */
  secret: string;
}

export interface RotatedSecret {
  /** Shown this once. */
  secret: string;
  /** Until when the secret before signs too. */
  previousExpiresAt: Date;
}

/** Who is told of events. `actor` is the uid of the admin. */
@Injectable()
export class WebhooksService {
  constructor(
    @InjectRepository(Webhook) private readonly webhooks: Repository<Webhook>,
    private readonly audit: AuditService,
    private readonly cipher: Cipher,
    private readonly config: Config,
  ) {}

  /** By name. */
  async listPage(query: PageQuery): Promise<Page<Webhook>> {
    const { page, perPage, offset } = pageBounds(query);
    const order = { name: 'ASC', id: 'ASC' } as const;
    const [rows, total] = await this.webhooks.findAndCount({ order, skip: offset, take: perPage });
    return { rows, total, page, perPage };
  }

  /** @throws AppError 404 */
  async getByUid(uid: string): Promise<Webhook> {
    const webhook = UID.test(uid) ? await this.webhooks.findOneBy({ uid }) : null;
    if (!webhook) throw WebhookErrors.notFound();
    return webhook;
  }

  /** @throws AppError 422 when something is not allowed, or there are too many */
  async create(input: Omit<WebhookSettings, 'enabled'>, actor: string, origin: RequestOrigin): Promise<CreatedWebhook> {
    const settings = this.assertAllowed(input);
    const uid = randomBytes(16).toString('hex');
    const secret = newSecret();
    const webhook = await this.webhooks.manager.transaction(async (tx) => {
      // Keeps others from adding one at the same time; events go on being put down.
      await tx.query('LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE');
      if ((await tx.count(Webhook)) >= MOST_WEBHOOKS) throw WebhookErrors.tooMany(MOST_WEBHOOKS);
      await tx.insert(Webhook, { ...settings, uid, secretSealed: this.cipher.seal(secret, secretContext(uid)) });
      const details = { after: named(settings) };
      await this.audit.record(tx, { action: 'webhook.created', actor, target: uid, origin, details });
      return tx.findOneByOrFail(Webhook, { uid });
    });
    return { webhook, secret };
  }

  /** Changes what is given; enabling begins with a clean slate. @throws AppError 404, 422 as `create` */
  async change(uid: string, change: Partial<WebhookSettings>, actor: string, origin: RequestOrigin): Promise<Webhook> {
    await this.getByUid(uid);
    const settings = this.assertAllowed(change);
    return this.webhooks.manager.transaction(async (tx) => {
      const present = await lock(tx, uid);
      const changed = FIELDS.filter(
        (field) => settings[field] !== undefined && JSON.stringify(settings[field]) !== JSON.stringify(present[field]),
      );
      if (changed.length === 0) return present;
      const pick = (from: Partial<WebhookSettings>) => Object.fromEntries(changed.map((field) => [field, from[field]]));
      const because = settings.enabled === false ? (present.disabledBecause ?? ('staff' as const)) : null;
      const switched = { ...(because === null && CLEAN_SLATE), disabledBecause: because };
      await tx.update(
        Webhook,
        { uid },
        {
          ...pick(settings),
          ...(changed.includes('enabled') && switched),
          // What the receiver at the address before failed at is not held against the new one.
          ...(changed.includes('url') && CLEAN_SLATE),
          updatedAt: () => 'now()',
        },
      );
      const details = { before: named(pick(present)), after: named(pick(settings)) };
      await this.audit.record(tx, { action: 'webhook.changed', actor, target: uid, origin, details });
      return tx.findOneByOrFail(Webhook, { uid });
    });
  }

  /**
   * It is gone at once and nothing more is sent; its deliveries, which may be very many, go in batches.
   * @throws AppError 404
   */
  async remove(uid: string, actor: string, origin: RequestOrigin): Promise<void> {
    const { id, name } = await this.getByUid(uid);
    await this.webhooks.manager.transaction(async (tx) => {
      const [, marked] = await tx.query<[unknown[], number]>(MARK_DELETED, [id]);
      if (marked === 0) throw WebhookErrors.notFound();
      const details = { before: { name } };
      await this.audit.record(tx, { action: 'webhook.deleted', actor, target: uid, origin, details });
    });
  }

  /** Makes a new secret; the present one signs too for a day, one before that no more. @throws AppError 404 */
  async rotateSecret(uid: string, actor: string, origin: RequestOrigin): Promise<RotatedSecret> {
    await this.getByUid(uid);
    const secret = newSecret();
    return this.webhooks.manager.transaction(async (tx) => {
      const [rows] = await tx.query<[{ expires_at: Date }[], number]>(
        `UPDATE webhooks SET previous_secret_sealed = secret_sealed, secret_sealed = $2, updated_at = now(),
           previous_secret_expires_at = now() + make_interval(hours => $3)
         WHERE uid = $1 AND deleted_at IS NULL RETURNING previous_secret_expires_at AS expires_at`,
        [uid, this.cipher.seal(secret, secretContext(uid)), OVERLAP_HOURS],
      );
      const row = rows[0];
      if (!row) throw WebhookErrors.notFound();
      await this.audit.record(tx, { action: 'webhook.secret_rotated', actor, target: uid, origin });
      return { secret, previousExpiresAt: row.expires_at };
    });
  }

  private assertAllowed<Given extends Partial<WebhookSettings>>(given: Given): Given {
    const settings = tidied(given);
    const problems = webhookProblems(settings, !this.config.isProduction);
    if (Object.keys(problems).length > 0) throw WebhookErrors.invalid(problems);
    return settings as Given;
  }
}

/** Not FOR UPDATE, which would make everybody wait who puts an event down. */
async function lock(tx: EntityManager, uid: string): Promise<Webhook> {
  const webhook = await tx.findOne(Webhook, { where: { uid }, lock: { mode: 'for_no_key_update' } });
  if (!webhook) throw WebhookErrors.notFound();
  return webhook;
}

/** Under the names of the API, for the audit log. */
function named({ name, url, eventNames: events, enabled }: Partial<WebhookSettings>) {
  const shown = { name, url: url === undefined ? undefined : hostOf(url), events, enabled };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
}
