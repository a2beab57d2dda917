import type { ReviewedDocument } from '../../../documents/documents.service.js';
import type { ReviewedProfile } from '../../../profiles/profile-row.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Section } from '../../../ui/parts.js';
import { TextArea } from './settings-parts.js';

/** A rejection as it was sent. */
export interface TypedRejection {
  templates: readonly string[];
  reason: string;
}

export interface ReviewDecisionProps {
  profile: ReviewedProfile;
  /** Those on the page. */
  documents: ReviewedDocument[];
  typed: TypedRejection | undefined;
}

/** Approve with one press; rejecting takes a reason for the person. */
export function ReviewDecision({ profile, documents, typed }: ReviewDecisionProps) {
  const { decision } = useTexts().consoleReviews;
  const action = `/admin/reviews/${profile.uid}/decision`;
  const seen = <Seen profile={profile} documents={documents} />;
  return (
    <Section title={decision.title}>
      {profile.state !== 'approved' && (
        <>
          <Form action={action} submit={profile.state === 'pending' ? decision.approve : decision.approveAgain}>
            {seen}
            <input type="hidden" name="state" value="approved" />
          </Form>
          {documents.length > 0 && <p class="hint">{decision.approveHint}</p>}
        </>
      )}
      {profile.state !== 'rejected' && (
        <details class="rejection" open={typed !== undefined}>
          <summary>{profile.state === 'approved' ? decision.takeBack : decision.reject}</summary>
          <Form action={action} submit={decision.rejectSubmit} tone="danger">
            {seen}
            <input type="hidden" name="state" value="rejected" />
            <Templates chosen={typed?.templates ?? []} />
            <TextArea name="reason" label={decision.own} value={typed?.reason ?? ''} rows={3} hint={decision.ownHint} />
          </Form>
        </details>
      )}
    </Section>
  );
}

/** The decision is about what was on the page and nothing else. */
function Seen({ profile, documents }: { profile: ReviewedProfile; documents: ReviewedDocument[] }) {
  return (
    <>
      <input type="hidden" name="seen" value={profile.updated_at.toISOString()} />
      {documents.map(({ id }) => (
        <input key={id} type="hidden" name="documents" value={id} />
      ))}
    </>
  );
}

function Templates({ chosen }: { chosen: readonly string[] }) {
  const { decision } = useTexts().consoleReviews;
  return (
    <fieldset class="templates">
      <legend>{decision.why}</legend>
      {Object.entries(decision.templates).map(([key, sentence]) => (
        <label key={key} class="checkbox">
          <input type="checkbox" name="templates" value={key} checked={chosen.includes(key)} />
          <span>{sentence}</span>
        </label>
      ))}
    </fieldset>
  );
}
