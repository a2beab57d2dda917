import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { FormToken } from '../../../ui/layout.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Moment, Section, Table } from '../../../ui/parts.js';
import type { Texts } from '../../../ui/texts/english/english.js';
import type { SignedInPlace } from '../signed-in.service.js';
import { AccountLayout } from './account-layout.js';
import { Address, deviceName } from './device.js';

export type SessionsDone = keyof Texts['belongings']['sessions']['done'];

export interface SessionsPageProps {
  places: readonly SignedInPlace[];
  done?: SessionsDone | undefined;
  problem?: string | undefined;
}

export function SessionsPage({ places, done, problem }: SessionsPageProps) {
  const { sessions: texts } = useTexts().belongings;
  return (
    <AccountLayout page="sessions" lead={texts.lead}>
      {done !== undefined && <Notice kind="success">{texts.done[done]}</Notice>}
      {problem !== undefined && <Notice kind="problem">{problem}</Notice>}
      <Table
        caption={texts.caption}
        rows={places}
        keyOf={({ id }) => id}
        columns={[
          { title: texts.device, cell: (place) => <Device place={place} /> },
          { title: texts.signedIn, cell: ({ signedInAt }) => <Moment at={signedInAt} /> },
          { title: texts.lastSeen, cell: ({ lastSeenAt }) => (lastSeenAt ? <Moment at={lastSeenAt} /> : texts.never) },
          { title: texts.action, cell: (place) => <Ending place={place} /> },
        ]}
      />
      <Others there={places.some(({ isCurrent }) => !isCurrent)} />
    </AccountLayout>
  );
}

function Device({ place: { userAgent, application, ip, isCurrent } }: { place: SignedInPlace }) {
  const { belongings } = useTexts();
  const { sessions: texts } = belongings;
  return (
    <div class="device">
      <strong>{deviceName(userAgent, belongings)}</strong>
      <small>{application === null ? texts.inBrowser : texts.at(application)}</small>
      <small>{texts.address(<Address ip={ip} />)}</small>
      {isCurrent && <Badge tone="good">{texts.current}</Badge>}
    </div>
  );
}

function Ending({ place: { id, isCurrent, userAgent } }: { place: SignedInPlace }) {
  const { belongings } = useTexts();
  const { sessions: texts } = belongings;
  if (isCurrent) return <Form action="/sign-out" submit={texts.signOut} tone="quiet" />;
  return (
    <form method="post" action="/account/sessions/end">
      <FormToken />
      <input type="hidden" name="session" value={id} />
      <button type="submit" class="danger">
        {texts.end}
        <span class="visually-hidden">{`: ${deviceName(userAgent, belongings)}`}</span>
      </button>
    </form>
  );
}

function Others({ there }: { there: boolean }) {
  const { others } = useTexts().belongings.sessions;
  if (!there) return <p class="lead">{others.none}</p>;
  return (
    <Section title={others.title} lead={others.lead}>
      <Form action="/account/sessions/end-others" submit={others.submit} tone="danger" />
    </Section>
  );
}
