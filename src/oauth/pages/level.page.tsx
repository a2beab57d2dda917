import { Form } from '../../ui/form.js';
import { useTexts } from '../../ui/frame.js';
import { Notice } from '../../ui/notice.js';
import { PhoneStep } from '../../ui/phone-step.js';
import { type InteractionFrame, InteractionLayout } from './frame.js';

/** What is missing next. `identity` is `waiting` while staff look at it; `reached` is what another tab or staff did. */
export type LevelStep =
  { kind: 'phone'; pending: string | undefined } | { kind: 'identity'; waiting: boolean } | { kind: 'reached' };

export interface LevelProps extends InteractionFrame {
  level: number;
  wanted: number;
  step: LevelStep;
  problem?: string | undefined;
}

export function LevelPage(props: LevelProps) {
  const { action, application, level, wanted, step, problem } = props;
  const texts = useTexts().application.level;
  return (
    <InteractionLayout frame={props} title={texts.title}>
      <p>{texts.lead(application)}</p>
      <ol class="steps">
        {texts.steps.slice(0, wanted).map((text, index) => (
          <li key={text} class={index < level ? 'done' : 'open'}>
            {text}
            {index < level && <span class="visually-hidden"> ({texts.stepDone})</span>}
          </li>
        ))}
      </ol>
      {problem && <Notice kind="problem">{problem}</Notice>}
      {step.kind === 'phone' && (
        <PhoneStep addAction={`${action}/level/phone`} verifyAction={`${action}/level/phone/verify`} {...step} />
      )}
      {step.kind === 'identity' && <IdentityStep action={action} waiting={step.waiting} />}
      {step.kind === 'reached' && <Form action={`${action}/level/continue`} submit={texts.goOn} />}
    </InteractionLayout>
  );
}

/** The forms of the identity stand in the account's own pages, which lead back here. */
function IdentityStep({ action, waiting }: { action: string; waiting: boolean }) {
  const texts = useTexts().application.level;
  if (waiting) return <Notice kind="success">{texts.identityWaiting}</Notice>;
  return (
    <>
      <p>{texts.identity}</p>
      <p>
        <a href={`/account/identity?return_to=${encodeURIComponent(action)}`} role="button">
          {texts.identityStart}
        </a>
      </p>
    </>
  );
}
