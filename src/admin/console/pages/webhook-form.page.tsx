import { EVENT_NAMES } from '../../../events/account-event.js';
import { EVERY_EVENT } from '../../../events/webhooks/webhook-rules.js';
import { Field, Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import type { WebhookValues } from '../webhook-form.js';
import { ConsoleLayout } from './console-layout.js';
import { Choices, Group } from './settings-parts.js';

export interface WebhookFormPageProps {
  /** The webhook that is changed; undefined for a new one. */
  uid?: string;
  /** Its name as it is kept. */
  presentName?: string;
  values: WebhookValues;
  problem?: string;
  /** Names of the fields that the problem is about. */
  wrong?: readonly string[];
}

/** A new webhook, or one that is changed. */
export function WebhookFormPage({ uid, presentName = '', values, problem, wrong = [] }: WebhookFormPageProps) {
  const { webhooks } = useTexts().consoleSettings;
  const { form, problems } = webhooks;
  const problemOf = (field: string) => (wrong.includes(field) ? problems[field] : undefined);
  const isNew = uid === undefined;
  const field = { autocomplete: 'off' };
  return (
    <ConsoleLayout
      page="webhooks"
      role="admin"
      title={isNew ? form.newTitle : form.editTitle(presentName)}
      {...(isNew && { lead: form.newLead })}
    >
      {problem && <Notice kind="problem">{wrong.length > 0 ? webhooks.lookAgain : problem}</Notice>}
      <Form
        action={isNew ? '/admin/webhooks/new' : `/admin/webhooks/${uid}/edit`}
        submit={isNew ? form.create : form.save}
      >
        <Group title={form.about}>
          <Field
            {...field}
            name="name"
            label={webhooks.name}
            type="text"
            value={values.name}
            hint={form.nameHint}
            problem={problemOf('name')}
            maxlength={100}
          />
          <Field
            {...field}
            name="url"
            label={webhooks.url}
            type="url"
            value={values.url}
            hint={form.urlHint}
            problem={problemOf('url')}
            maxlength={2048}
          />
        </Group>
        <Group title={form.what}>
          <p class="lead">{form.warning}</p>
          <EventChoices chosen={values.eventNames} problem={problemOf('events')} />
        </Group>
      </Form>
    </ConsoleLayout>
  );
}

function EventChoices({ chosen, problem }: { chosen: readonly string[]; problem: string | undefined }) {
  const { form, eventTexts } = useTexts().consoleSettings.webhooks;
  const options = EVENT_NAMES.map((name) => ({
    value: name,
    text: (
      <>
        {eventTexts[name]} <code>{name}</code>
      </>
    ),
  }));
  const every = { value: EVERY_EVENT, text: form.every };
  return <Choices name="events" label={form.events} options={[every, ...options]} {...{ chosen, problem }} />;
}
