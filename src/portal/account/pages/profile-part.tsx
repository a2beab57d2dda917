import type { ProfileRow } from '../../../profiles/profile-row.js';
import { Field, Form, Select } from '../../../ui/form.js';
import { useFrame, useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Badge, Facts, Moment, Section } from '../../../ui/parts.js';
import { countriesIn, countryName } from '../countries.js';
import type { ProfileForm, RefusedForm } from '../identity-forms.js';
import { pathWith } from '../path-with.js';
import { Day } from './day.js';

interface ProfilePartProps {
  profile: ProfileRow | null;
  refused: RefusedForm<ProfileForm> | undefined;
  returnTo: string | undefined;
}

/** The first part of an identity: the form, or what was sent and how it stands. */
export function ProfilePart({ profile, refused, returnTo }: ProfilePartProps) {
  const { profile: texts } = useTexts().account.identity;
  const isOpen = !profile || profile.state === 'rejected';
  return (
    <Section title={texts.title} {...(isOpen && { lead: texts.formLead })}>
      {refused && <Notice kind="problem">{refused.problem}</Notice>}
      {profile?.state === 'rejected' && <Rejection reason={profile.reason ?? ''} />}
      {isOpen ? (
        <DetailsForm
          typed={refused?.typed ?? typedBefore(profile)}
          fields={refused?.fields ?? {}}
          returnTo={returnTo}
          isAgain={profile !== null}
        />
      ) : (
        <Sent profile={profile} />
      )}
    </Section>
  );
}

function Rejection({ reason }: { reason: string }) {
  const { profile: texts } = useTexts().account.identity;
  return (
    <div class="notice problem">
      <p>{texts.rejected(reason)}</p>
      <p>{texts.rejectedLead}</p>
    </div>
  );
}

interface DetailsFormProps {
  typed: ProfileForm;
  fields: RefusedForm<ProfileForm>['fields'];
  returnTo: string | undefined;
  isAgain: boolean;
}

function DetailsForm({ typed, fields, returnTo, isAgain }: DetailsFormProps) {
  const { language, texts: all } = useFrame();
  const { problems, profile: texts } = all.account.identity;
  const about = (name: keyof ProfileForm) => {
    const problem = fields[name];
    return { name, value: typed[name], problem: problem && problems[problem] };
  };
  const countries = [['', texts.chooseCountry] as const, ...countriesIn(language)];
  const action = pathWith('/account/identity/profile', { return_to: returnTo });
  return (
    <Form action={action} submit={isAgain ? texts.submitAgain : texts.submit}>
      <div class="columns">
        <Field {...about('first_name')} label={texts.firstName} type="text" autocomplete="given-name" maxlength={255} />
        <Field {...about('last_name')} label={texts.lastName} type="text" autocomplete="family-name" maxlength={255} />
      </div>
      <Field {...about('dob')} label={texts.dob} type="date" autocomplete="bday" />
      <Field
        {...about('address')}
        label={texts.address}
        type="text"
        autocomplete="street-address"
        hint={texts.addressHint}
        maxlength={1024}
      />
      <div class="columns">
        <Field
          {...about('postcode')}
          label={texts.postcode}
          type="text"
          autocomplete="postal-code"
          hint={texts.postcodeHint}
          maxlength={255}
          required={false}
        />
        <Field {...about('city')} label={texts.city} type="text" autocomplete="address-level2" maxlength={255} />
      </div>
      <Select {...about('country')} label={texts.country} options={countries} autocomplete="country" />
    </Form>
  );
}

/** What a person whose profile was rejected finds in the form. */
function typedBefore(profile: ProfileRow | null): ProfileForm {
  if (!profile) return {};
  const { first_name, last_name, dob, address, postcode, city, country_code: country } = profile;
  return { first_name, last_name, dob, address, postcode, city, ...(country !== null && { country }) };
}

function Sent({ profile }: { profile: ProfileRow }) {
  const { language, texts: all } = useFrame();
  const { profile: texts } = all.account.identity;
  const isApproved = profile.state === 'approved';
  const country = profile.country_code ? countryName(language, profile.country_code) : profile.country;
  return (
    <>
      <p>
        <Badge tone={isApproved ? 'good' : 'waiting'}>{isApproved ? texts.approved : texts.pending}</Badge>
      </p>
      <Facts
        facts={[
          [texts.name, `${profile.first_name} ${profile.last_name}`],
          [texts.dob, <Day key="dob" day={profile.dob} />],
          [texts.address, [profile.address, `${profile.postcode} ${profile.city}`.trim(), country].join(', ')],
          [texts.sent, <Moment key="sent" at={profile.submitted_at} dateOnly />],
        ]}
      />
    </>
  );
}
