import type { ComponentChildren } from 'preact';
import type { Principal } from '../../../common/principal.js';
import { useTexts } from '../../../ui/frame.js';
import { Badge, Facts, Moment, Section } from '../../../ui/parts.js';
import type { IdentityStanding } from '../identity-standing.service.js';
import { nextStep, STEP_PATHS } from '../next-step.js';
import type { Presence } from '../presence.service.js';
import { AccountLayout } from './account-layout.js';

type Account = Principal['account'];

export interface OverviewPageProps {
  account: Account;
  standing: IdentityStanding;
  presence: Presence;
}

export function OverviewPage({ account, standing, presence }: OverviewPageProps) {
  return (
    <AccountLayout page="overview">
      <Standing account={account} standing={standing} />
      <Summary account={account} presence={presence} />
      <AccountFacts account={account} presence={presence} />
    </AccountLayout>
  );
}

function Standing({ account, standing: { profile, need } }: Pick<OverviewPageProps, 'account' | 'standing'>) {
  const { overview: texts } = useTexts().account;
  const { level } = account;
  const isApproved = level >= 3 || need === 'nothing';
  const identityText = isApproved && level < 2 ? texts.identity.approvedEarly : texts.identity[need];
  return (
    <Section title={texts.standing} lead={texts.level(level)}>
      <ol class="steps standing">
        <Step title={texts.steps.email} isDone={level >= 1}>
          {level >= 1 ? texts.emailDone : texts.emailOpen}
        </Step>
        <Step title={texts.steps.phone} isDone={level >= 2}>
          {level >= 2 ? texts.phoneDone : texts.phoneOpen}
        </Step>
        <Step title={texts.steps.identity} isDone={isApproved} state={STATES[need]}>
          {level >= 3 ? texts.identity.nothing : identityText}
          {need === 'correction' && profile?.reason && <span class="reason">{texts.reason(profile.reason)}</span>}
        </Step>
      </ol>
      <Next account={account} need={need} />
    </Section>
  );
}

/** What is neither done nor simply open. */
const STATES: Partial<Record<IdentityStanding['need'], 'waiting' | 'rejected'>> = {
  review: 'waiting',
  correction: 'rejected',
  otherDocument: 'rejected',
};
const TONES = { done: 'good', open: 'plain', waiting: 'waiting', rejected: 'bad' } as const;

interface StepProps {
  title: string;
  isDone: boolean;
  state?: 'waiting' | 'rejected' | undefined;
  children: ComponentChildren;
}

function Step({ title, isDone, state, children }: StepProps) {
  const { overview: texts } = useTexts().account;
  const shown = isDone ? 'done' : (state ?? 'open');
  return (
    <li class={isDone ? 'done' : 'open'}>
      <div>
        <p class="step-head">
          <strong>{title}</strong>
          <Badge tone={TONES[shown]}>{texts.state[shown]}</Badge>
        </p>
        <small>{children}</small>
      </div>
    </li>
  );
}

/** The one thing that the page wants to be seen first. */
function Next({ account, need }: { account: Account; need: IdentityStanding['need'] }) {
  const { overview: texts } = useTexts().account;
  const step = nextStep(account, need);
  if (step === undefined) return null;
  return (
    <div class="next">
      <p>{texts.next[step].lead}</p>
      <a href={STEP_PATHS[step]} role="button">
        {texts.next[step].action}
      </a>
    </div>
  );
}

function Summary({ account, presence }: Pick<OverviewPageProps, 'account' | 'presence'>) {
  const { secondFactor, sessions, applications } = useTexts().account.overview;
  const { browsers, programs } = presence;
  const isOn = account.otpEnabled;
  return (
    <div class="cards summary">
      <Card
        title={secondFactor.title}
        href={isOn ? '/account/security' : STEP_PATHS.secondFactor}
        see={isOn ? secondFactor.see : secondFactor.turnOn}
      >
        <p>
          <Badge tone={isOn ? 'good' : 'waiting'}>{isOn ? secondFactor.on : secondFactor.off}</Badge>
        </p>
        <p>{isOn ? secondFactor.onText : secondFactor.offText}</p>
      </Card>
      <Card title={sessions.title} href="/account/sessions" see={sessions.see}>
        <p class="figure">{sessions.places(browsers, programs)}</p>
        <p>{sessions.text}</p>
      </Card>
      <Card title={applications.title} href="/account/applications" see={applications.see}>
        <p class="figure">{applications.number(presence.applications)}</p>
        <p>{presence.applications > 0 ? applications.some : applications.none}</p>
      </Card>
    </div>
  );
}

function Card(props: { title: string; href: string; see: string; children: ComponentChildren }) {
  return (
    <Section title={props.title}>
      {props.children}
      <p>
        <a href={props.href}>{props.see}</a>
      </p>
    </Section>
  );
}

function AccountFacts({ account, presence }: Pick<OverviewPageProps, 'account' | 'presence'>) {
  const { facts: texts } = useTexts().account.overview;
  const { signedInAt, before } = presence;
  const previous = before ? (
    <>
      <Moment at={before.at} /> {before.ip !== null && texts.from(before.ip)}
    </>
  ) : (
    texts.first
  );
  return (
    <Section title={texts.title}>
      <Facts
        facts={[
          [texts.email, account.email],
          [texts.uid, account.uid],
          [texts.since, <Moment key="since" at={signedInAt} />],
          [texts.before, previous],
        ]}
      />
    </Section>
  );
}
