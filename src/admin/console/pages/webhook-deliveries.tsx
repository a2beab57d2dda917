import type { Page } from '../../../common/pagination.js';
import {
  DELIVERY_STATES,
  type DeliveryState,
  type WebhookDelivery,
} from '../../../events/webhooks/webhook-delivery.entity.js';
import type { Webhook } from '../../../events/webhooks/webhook.entity.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Badge, Empty, Moment, Pager, Section, Table } from '../../../ui/parts.js';

export interface WebhookDeliveriesProps {
  webhook: Pick<Webhook, 'uid' | 'enabled'>;
  deliveries: Page<WebhookDelivery>;
  state?: DeliveryState | undefined;
}

const TONES = { pending: 'waiting', delivered: 'good', failed: 'bad' } as const;

/** What was sent to a webhook. */
export function WebhookDeliveriesPart({ webhook, deliveries, state }: WebhookDeliveriesProps) {
  const { deliveries: texts } = useTexts().consoleSettings.webhooks;
  const path = `/admin/webhooks/${webhook.uid}`;
  const filter = state === undefined ? '' : `state=${state}&`;
  return (
    <Section title={texts.title} lead={texts.lead}>
      <nav class="choice" aria-label={texts.filter}>
        <a href={path} {...(state === undefined && { 'aria-current': 'true' as const })}>
          {texts.all}
        </a>
        {DELIVERY_STATES.map((each) => (
          <a key={each} href={`${path}?state=${each}`} {...(state === each && { 'aria-current': 'true' as const })}>
            {texts.states[each]}
          </a>
        ))}
      </nav>
      {deliveries.rows.length === 0 ? <Empty>{texts.empty}</Empty> : <List {...{ webhook, deliveries }} />}
      <Pager {...deliveries} hrefOf={(page) => `${path}?${filter}page=${page}`} />
    </Section>
  );
}

function List({ webhook, deliveries }: WebhookDeliveriesProps) {
  const { deliveries: texts, ...webhooks } = useTexts().consoleSettings.webhooks;
  const again = {
    title: texts.again,
    cell: ({ id }: WebhookDelivery) => (
      <Form action={`/admin/webhooks/${webhook.uid}/deliveries/${id}/again`} submit={texts.again} tone="quiet" />
    ),
  };
  return (
    <Table
      caption={texts.caption}
      rows={deliveries.rows}
      keyOf={({ id }) => id}
      columns={[
        { title: texts.event, cell: (delivery) => <Event {...delivery} /> },
        { title: texts.at, cell: ({ createdAt }) => <Moment at={createdAt} /> },
        {
          title: webhooks.state,
          cell: ({ state }) => <Badge tone={TONES[state]}>{texts.states[state]}</Badge>,
        },
        { title: texts.attempts, cell: ({ attempts }) => attempts, isNumber: true },
        { title: texts.answer, cell: (delivery) => <Answer {...delivery} /> },
        ...(webhook.enabled ? [again] : []),
      ]}
    />
  );
}

function Event({ eventName, eventId }: Pick<WebhookDelivery, 'eventName' | 'eventId'>) {
  const { eventTexts } = useTexts().consoleSettings.webhooks;
  return (
    <div>
      {eventTexts[eventName] ?? eventName}
      <small class="beneath">
        <code>{eventId}</code>
      </small>
    </div>
  );
}

/** The status, or in words why there is none. */
function Answer({ lastStatus, lastError }: Pick<WebhookDelivery, 'lastStatus' | 'lastError'>) {
  const { deliveries } = useTexts().consoleSettings.webhooks;
  if (lastStatus !== null) return <code>{`HTTP ${lastStatus}`}</code>;
  if (lastError === null) return <>{deliveries.noAnswer}</>;
  const word = lastError.split(' ').find((each) => Object.hasOwn(deliveries.reasons, each));
  return <>{word === undefined ? deliveries.otherReason : deliveries.reasons[word]}</>;
}
