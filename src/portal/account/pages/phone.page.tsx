import { Form } from '../../../ui/form.js';
import { useFrame, useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Section, Table } from '../../../ui/parts.js';
import { PhoneStep } from '../../../ui/phone-step.js';
import type { ListedPhone } from '../../../phones/phones.service.js';
import { countryName } from '../countries.js';
import { pathWith } from '../path-with.js';
import { AccountLayout } from './account-layout.js';
import { BackLink } from './back-link.js';

export interface PhonePageProps {
  level: number;
  /** The verified ones first. */
  numbers: readonly ListedPhone[];
  returnTo: string | undefined;
  /** Word of what was done just now. */
  done?: string | undefined;
  problem?: string | undefined;
  /** A number that was refused. */
  typed?: string | undefined;
}

export function PhonePage(props: PhonePageProps) {
  const { level, numbers, returnTo, done = '', problem } = props;
  const { phone: texts } = useTexts().account;
  const hasVerified = numbers.some(({ verified }) => verified);
  return (
    <AccountLayout page="phone" lead={texts.lead}>
      {Object.hasOwn(texts.done, done) && <Notice kind="success">{texts.done[done as keyof typeof texts.done]}</Notice>}
      {problem && <Notice kind="problem">{problem}</Notice>}
      {hasVerified && returnTo !== undefined && <BackLink to={returnTo} />}
      {hasVerified && returnTo === undefined && level === 2 && (
        <p>
          <a href="/account/identity" role="button">
            {texts.next}
          </a>
        </p>
      )}
      {hasVerified && <Numbers numbers={numbers} returnTo={returnTo} />}
      <NewNumber {...props} hasVerified={hasVerified} />
      {!hasVerified && numbers.length > 0 && <Numbers numbers={numbers} returnTo={returnTo} />}
    </AccountLayout>
  );
}

/** Open where a number is missing; else behind a line, as another number is seldom wanted. */
function NewNumber(props: PhonePageProps & { hasVerified: boolean }) {
  const { numbers, returnTo, hasVerified, typed, problem } = props;
  const { phone: texts } = useTexts().account;
  const pending = numbers.find(({ verified }) => !verified)?.number;
  const step = (
    <PhoneStep
      addAction={pathWith('/account/phone', { return_to: returnTo })}
      verifyAction={pathWith('/account/phone/verify', { return_to: returnTo })}
      pending={pending}
      typed={typed}
    />
  );
  if (!hasVerified || pending !== undefined || problem !== undefined) {
    return (
      <Section {...(pending === undefined ? { title: texts.add, lead: texts.why } : { title: texts.enter })}>
        {step}
      </Section>
    );
  }
  return (
    <details>
      <summary>{texts.another}</summary>
      <Section title={texts.add} lead={texts.anotherLead}>
        {step}
      </Section>
    </details>
  );
}

function Numbers({ numbers, returnTo }: Pick<PhonePageProps, 'numbers' | 'returnTo'>) {
  const { language, texts } = useFrame();
  const { list } = texts.account.phone;
  const resend = ({ number, verified }: ListedPhone) =>
    verified ? (
      '–'
    ) : (
      <Form action={pathWith('/account/phone', { return_to: returnTo })} submit={list.resend} tone="quiet">
        <input type="hidden" name="phone_number" value={number} />
      </Form>
    );
  const columns = [
    { title: list.number, cell: ({ number }: ListedPhone) => number },
    { title: list.country, cell: ({ country }: ListedPhone) => (country ? countryName(language, country) : '–') },
    { title: list.state, cell: stateOf },
    ...(numbers.some(({ verified }) => !verified) ? [{ title: list.action, cell: resend }] : []),
  ];
  return (
    <Section title={list.title}>
      <Table caption={list.title} columns={columns} rows={numbers} keyOf={({ number }) => number} />
    </Section>
  );
}

const stateOf = ({ verified }: ListedPhone) => <PhoneState isVerified={verified} />;

function PhoneState({ isVerified }: { isVerified: boolean }) {
  const { list } = useTexts().account.phone;
  return <Badge tone={isVerified ? 'good' : 'waiting'}>{isVerified ? list.verified : list.pending}</Badge>;
}
