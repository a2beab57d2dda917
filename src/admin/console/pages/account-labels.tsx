import type { LabelRow } from '../../../labels/label-row.js';
import { Field, Form, Select } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Badge, Empty, Section } from '../../../ui/parts.js';

/** A label as it was sent. */
export interface TypedLabel {
  key?: string | undefined;
  value?: string | undefined;
  scope?: string | undefined;
}

interface AccountLabelsProps {
  uid: string;
  labels: LabelRow[];
  typed: TypedLabel | undefined;
}

/** The labels of an account, each with a form to change it, and one for a new one. */
export function AccountLabels({ uid, labels, typed }: AccountLabelsProps) {
  const texts = useTexts().consoleAccounts.labels;
  const action = `/admin/accounts/${uid}/labels`;
  return (
    <Section title={texts.title} lead={texts.lead}>
      {labels.length === 0 && <Empty>{texts.empty}</Empty>}
      {labels.length > 0 && (
        <ul class="labels">
          {labels.map((label) => (
            <li key={label.key}>
              <Label label={label} action={action} />
            </li>
          ))}
        </ul>
      )}
      <details open={typed !== undefined}>
        <summary>{texts.add}</summary>
        <Form action={action} submit={texts.addSubmit}>
          <div class="columns">
            <Field
              name="key"
              label={texts.key}
              type="text"
              autocomplete="off"
              hint={texts.keyHint}
              value={typed?.key}
            />
            <Field name="value" label={texts.value} type="text" autocomplete="off" value={typed?.value} />
            <ScopeChoice value={typed?.scope ?? 'private'} />
          </div>
        </Form>
      </details>
    </Section>
  );
}

function Label({ label: { key, value, scope }, action }: { label: LabelRow; action: string }) {
  const texts = useTexts().consoleAccounts.labels;
  return (
    <>
      <p>
        <code>{key}</code> <span>{value}</span>{' '}
        <Badge tone={scope === 'private' ? 'waiting' : 'plain'}>{texts.scopes[scope]}</Badge>
      </p>
      <details>
        <summary>
          {texts.change}
          <span class="visually-hidden">{` ${key}`}</span>
        </summary>
        <Form action={`${action}/change`} submit={texts.save}>
          <input type="hidden" name="key" value={key} />
          <div class="columns">
            <Field name="value" label={texts.value} type="text" autocomplete="off" value={value} />
            <ScopeChoice value={scope} />
          </div>
        </Form>
        <Form action={`${action}/delete`} submit={texts.remove} tone="danger">
          <input type="hidden" name="key" value={key} />
        </Form>
      </details>
    </>
  );
}

function ScopeChoice({ value }: { value: string }) {
  const texts = useTexts().consoleAccounts.labels;
  return (
    <Select
      name="scope"
      label={texts.scope}
      options={[
        ['private', texts.scopes.private],
        ['public', texts.scopes.public],
      ]}
      value={value}
    />
  );
}
