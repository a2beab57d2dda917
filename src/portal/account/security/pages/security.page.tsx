import { useTexts } from '../../../../ui/frame.js';
import { Notice } from '../../../../ui/notice.js';
import { Badge, Empty, Moment, Section, Table } from '../../../../ui/parts.js';
import { MOST_PASSKEYS, type Passkey } from '../../../../passkeys/passkeys.service.js';
import { AccountLayout } from '../../pages/account-layout.js';

export interface SecurityPageProps {
  otpEnabled: boolean;
  passkeys: readonly Passkey[];
  /** What was done just now, if it is one of the words that the texts know. */
  done?: string | undefined;
  /** The person came from a page for staff that asks for a second factor. */
  needsFactor: boolean;
}

const PATH = '/account/security';

export function SecurityPage({ otpEnabled, passkeys, done, needsFactor }: SecurityPageProps) {
  const { security } = useTexts();
  const said = done !== undefined && Object.hasOwn(security.done, done) ? done : undefined;
  return (
    <AccountLayout page="security" lead={security.lead}>
      {said && <Notice kind="success">{security.done[said as keyof typeof security.done]}</Notice>}
      {needsFactor && <StaffNotice hasFactor={otpEnabled || passkeys.length > 0} />}
      <Section title={security.password.title} lead={security.password.lead}>
        <a href={`${PATH}/password`} role="button" class="outline">
          {security.password.change}
        </a>
      </Section>
      <SecondFactor isOn={otpEnabled} />
      <Passkeys passkeys={passkeys} otpEnabled={otpEnabled} />
    </AccountLayout>
  );
}

function StaffNotice({ hasFactor }: { hasFactor: boolean }) {
  const { staffNeedsFactor } = useTexts().security;
  return (
    <Notice kind="problem">
      {staffNeedsFactor.text}{' '}
      {hasFactor ? <a href="/sign-in/again?return_to=%2Fadmin">{staffNeedsFactor.signIn}</a> : staffNeedsFactor.turnOn}
    </Notice>
  );
}

function SecondFactor({ isOn }: { isOn: boolean }) {
  const { twoFactor } = useTexts().security;
  return (
    <section class="card">
      <h2>
        {twoFactor.title} <Badge tone={isOn ? 'good' : 'plain'}>{isOn ? twoFactor.on : twoFactor.off}</Badge>
      </h2>
      <p class="lead">{isOn ? twoFactor.leadOn : twoFactor.leadOff}</p>
      <p class="actions">
        {!isOn && (
          <a href={`${PATH}/two-factor`} role="button">
            {twoFactor.turnOn}
          </a>
        )}
        {isOn && (
          <a href={`${PATH}/recovery-codes`} role="button" class="outline">
            {twoFactor.newCodes}
          </a>
        )}
        {isOn && (
          <a href={`${PATH}/two-factor/off`} role="button" class="outline">
            {twoFactor.turnOff}
          </a>
        )}
      </p>
    </section>
  );
}

function Passkeys({ passkeys, otpEnabled }: { passkeys: readonly Passkey[]; otpEnabled: boolean }) {
  const { passkeys: texts } = useTexts().security;
  const isFull = passkeys.length >= MOST_PASSKEYS;
  return (
    <Section title={texts.title} lead={texts.lead}>
      {passkeys.length > 0 ? <PasskeyTable passkeys={passkeys} /> : <Empty>{texts.none}</Empty>}
      {passkeys.length > 0 && !otpEnabled && <p>{texts.passwordStays}</p>}
      {isFull ? (
        <p>{texts.most}</p>
      ) : (
        <a href={`${PATH}/passkeys/new`} role="button" class="outline">
          {texts.add}
        </a>
      )}
    </Section>
  );
}

function PasskeyTable({ passkeys }: { passkeys: readonly Passkey[] }) {
  const { passkeys: texts } = useTexts().security;
  const columns = [
    {
      title: texts.name,
      cell: ({ name, synced }: Passkey) => (
        <span>
          {name} {synced && <small>({texts.synced})</small>}
        </span>
      ),
    },
    { title: texts.added, cell: ({ created_at: at }: Passkey) => <Moment at={at} dateOnly /> },
    {
      title: texts.lastUsed,
      cell: ({ last_used_at: at }: Passkey) => (at ? <Moment at={at} dateOnly /> : texts.never),
    },
    {
      title: texts.edit,
      cell: ({ id, name }: Passkey) => (
        <a href={`${PATH}/passkeys/${id}`} aria-label={texts.editOf(name)}>
          {texts.edit}
        </a>
      ),
    },
  ];
  return <Table caption={texts.caption} columns={columns} rows={passkeys} keyOf={({ id }) => id} />;
}
