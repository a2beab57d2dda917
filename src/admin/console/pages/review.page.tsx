import type { Principal } from '../../../common/principal.js';
import type { ReviewedProfile } from '../../../profiles/profile-row.js';
import { Form } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Empty, Facts, Moment, Section } from '../../../ui/parts.js';
import type { ReviewClaim } from '../review-claims.service.js';
import type { ReviewFile } from '../review-files.service.js';
import { ReviewBadge } from './account-words.js';
import { ConsoleLayout } from './console-layout.js';
import { ReviewDecision, type TypedRejection } from './review-decision.js';
import { ReviewPapers } from './review-papers.js';
import { Country } from './reviews.page.js';

export interface ReviewPageProps {
  viewer: Principal['account'];
  file: ReviewFile;
  now: Date;
  done?: string | undefined;
  problem?: string;
  /** What came with a rejection that was refused. */
  typed?: TypedRejection;
}

/** Papers, what the person says, and the decision, side by side. */
export function ReviewPage({ viewer, file, now, done, problem, typed }: ReviewPageProps) {
  const { review } = useTexts().consoleReviews;
  const { account, profile, documents, claim } = file;
  const isOwn = account.uid === viewer.uid;
  const isTaken = claim !== undefined && claim.reviewer_uid !== viewer.uid;
  const mayDecide = !isOwn && !isTaken;
  const title = profile ? `${profile.first_name} ${profile.last_name}` : account.email;
  return (
    <ConsoleLayout
      {...{ title, page: 'reviews', role: viewer.role, scripts: ['review.js'] }}
      lead={review.lead(account.email, account.uid)}
    >
      <p class="back">
        <a href="/admin/reviews">{`← ${review.back}`}</a>
        <a href={`/admin/accounts/${account.uid}`}>{review.account}</a>
      </p>
      {done && <Notice kind="success">{done}</Notice>}
      {problem && <Notice kind="problem">{problem}</Notice>}
      {isOwn && <p class="notice">{review.own}</p>}
      {claim && <Claim claim={claim} isTaken={isTaken} uid={account.uid} />}
      <div class="review">
        <ReviewPapers {...{ uid: account.uid, documents, mayDecide, now }} />
        <div class="review-side">
          {profile ? <Statement profile={profile} now={now} /> : <Empty>{review.noProfile}</Empty>}
          {profile && mayDecide && <ReviewDecision {...{ profile, documents, typed }} />}
        </div>
      </div>
    </ConsoleLayout>
  );
}

function Claim({ claim, isTaken, uid }: { claim: ReviewClaim; isTaken: boolean; uid: string }) {
  const { review } = useTexts().consoleReviews;
  if (isTaken) {
    return (
      <p class="notice">
        {review.takenBy({
          who: <strong>{claim.reviewer_email}</strong>,
          since: <Moment at={claim.taken_at} />,
          until: <Moment at={claim.expires_at} />,
        })}
      </p>
    );
  }
  return (
    <div class="claim">
      <p>{review.yours}</p>
      <Form action={`/admin/reviews/${uid}/release`} submit={review.release} tone="quiet" />
    </div>
  );
}

function Statement({ profile, now }: { profile: ReviewedProfile; now: Date }) {
  const { review } = useTexts().consoleReviews;
  const metadata = Object.keys(profile.metadata).length > 0 ? JSON.stringify(profile.metadata, null, 2) : undefined;
  return (
    <Section title={review.facts}>
      <Facts
        facts={[
          [review.firstName, <strong>{profile.first_name}</strong>],
          [review.lastName, <strong>{profile.last_name}</strong>],
          [review.born, <Birth dob={profile.dob} now={now} />],
          [review.address, <Address profile={profile} />],
          [review.country, <StatedCountry profile={profile} />],
          [review.sent, <Moment at={profile.submitted_at} />],
          ...outcomeOf(profile, review),
        ]}
      />
      {metadata !== undefined && (
        <details>
          <summary>{review.more}</summary>
          <pre tabindex={0}>{metadata}</pre>
        </details>
      )}
    </Section>
  );
}

/** What was decided before, if anything was. */
function outcomeOf(profile: ReviewedProfile, texts: { state: string; decidedBy: string; reason: string }) {
  const { state, reviewed_by: reviewer, reason } = profile;
  return [
    [texts.state, <ReviewBadge state={state} />] as const,
    ...(reviewer === null ? [] : [[texts.decidedBy, reviewer] as const]),
    ...(reason === null ? [] : [[texts.reason, reason] as const]),
  ];
}

function Birth({ dob, now }: { dob: string; now: Date }) {
  const { review } = useTexts().consoleReviews;
  return (
    <>
      <strong>{dob}</strong> ({review.age(yearsSince(dob, now))})
    </>
  );
}

function Address({ profile: { address, postcode, city } }: { profile: ReviewedProfile }) {
  return (
    <>
      {address}
      <br />
      {postcode} {city}
    </>
  );
}

function StatedCountry({ profile: { country, country_code: code } }: { profile: ReviewedProfile }) {
  const { review } = useTexts().consoleReviews;
  return (
    <>
      <Country code={code} typed={country} />
      {code === null && ` (${review.unknownCountry})`}
    </>
  );
}

/** Whole years by the calendar, UTC. */
function yearsSince(day: string, now: Date): number {
  const today = now.toISOString().slice(0, 10);
  return Number(today.slice(0, 4)) - Number(day.slice(0, 4)) - (today.slice(5) < day.slice(5) ? 1 : 0);
}
