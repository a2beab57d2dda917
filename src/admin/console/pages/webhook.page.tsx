import type { Page } from '../../../common/pagination.js';
import { EVERY_EVENT } from '../../../events/webhooks/webhook-rules.js';
import type { DeliveryState, WebhookDelivery } from '../../../events/webhooks/webhook-delivery.entity.js';
import type { Webhook } from '../../../events/webhooks/webhook.entity.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Facts, Moment, Section } from '../../../ui/parts.js';
import { ConsoleLayout } from './console-layout.js';
import { Links } from './settings-parts.js';
import { WebhookDeliveriesPart } from './webhook-deliveries.js';
import { conditionOf, WebhookBadge } from './webhooks.page.js';

export interface WebhookPageProps {
  webhook: Webhook;
  deliveries: Page<WebhookDelivery>;
  /** Of the deliveries that are shown; all unless given. */
  state?: DeliveryState | undefined;
  done?: string | undefined;
  problem?: string;
}

/** One webhook: how it is doing, what it is told, and what was sent to it. */
export function WebhookPage({ webhook, deliveries, state, done, problem }: WebhookPageProps) {
  const { one } = useTexts().consoleSettings.webhooks;
  const path = `/admin/webhooks/${webhook.uid}`;
  return (
    <ConsoleLayout page="webhooks" role="admin" title={webhook.name}>
      {done && <Notice kind="success">{done}</Notice>}
      {problem && <Notice kind="problem">{problem}</Notice>}
      <Links links={[[`${path}/edit`, one.edit]]} />
      <Condition webhook={webhook} path={path} />
      <WebhookDeliveriesPart webhook={webhook} deliveries={deliveries} state={state} />
      <Settings webhook={webhook} />
      <Secret webhook={webhook} path={path} />
      <p>
        <a href={`${path}/delete`} class="danger">
          {one.remove}
        </a>
      </p>
    </ConsoleLayout>
  );
}

interface PartProps {
  webhook: Webhook;
  path: string;
}

function Condition({ webhook, path }: PartProps) {
  const { one, state } = useTexts().consoleSettings.webhooks;
  return (
    <Section title={state}>
      <p>
        <WebhookBadge {...webhook} /> <ConditionText webhook={webhook} />
      </p>
      <div class="actions">
        {webhook.enabled ? (
          <>
            <Form action={`${path}/test`} submit={one.test} />
            <Form action={`${path}/disable`} submit={one.disable} tone="quiet" />
          </>
        ) : (
          <Form action={`${path}/enable`} submit={one.enable} />
        )}
      </div>
    </Section>
  );
}

function ConditionText({ webhook }: Pick<PartProps, 'webhook'>) {
  const { one } = useTexts().consoleSettings.webhooks;
  const { disabledBecause, failures, failingSince, pausedUntil } = webhook;
  if (disabledBecause) return <>{one.because[disabledBecause]}</>;
  if (!failingSince) return <>{one.working}</>;
  return (
    <>
      {one.failing(failures, <Moment at={failingSince} />)}{' '}
      {conditionOf(webhook) === 'paused' && pausedUntil && one.paused(<Moment at={pausedUntil} />)}
    </>
  );
}

function Settings({ webhook }: Pick<PartProps, 'webhook'>) {
  const { one, ...webhooks } = useTexts().consoleSettings.webhooks;
  const events = webhook.eventNames.includes(EVERY_EVENT) ? (
    webhooks.everyEvent
  ) : (
    <ul class="lines">
      {webhook.eventNames.map((name) => (
        <li key={name}>
          {webhooks.eventTexts[name]} <code>{name}</code>
        </li>
      ))}
    </ul>
  );
  return (
    <Section title={one.facts}>
      <Facts
        facts={[
          [webhooks.url, <code>{webhook.url}</code>],
          [webhooks.events, events],
          [one.since, <Moment at={webhook.createdAt} />],
          [one.changedAt, <Moment at={webhook.updatedAt} />],
        ]}
      />
    </Section>
  );
}

function Secret({ webhook, path }: PartProps) {
  const { one } = useTexts().consoleSettings.webhooks;
  const { previousSecretExpiresAt: until } = webhook;
  return (
    <Section title={one.secret} lead={one.secretLead}>
      {until && until > new Date() && <p>{one.twoSecrets(<Moment at={until} />)}</p>}
      <Links links={[[`${path}/secret`, one.rotate]]} />
    </Section>
  );
}
