import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import type { DocumentForm, ProfileForm, RefusedForm } from '../identity-forms.js';
import type { IdentityStanding } from '../identity-standing.service.js';
import { AccountLayout } from './account-layout.js';
import { BackLink } from './back-link.js';
import { DocumentsPart } from './documents-part.js';
import { ProfilePart } from './profile-part.js';

export interface IdentityPageProps {
  level: number;
  standing: IdentityStanding;
  returnTo: string | undefined;
  /** Word of what was done just now. */
  done?: string | undefined;
  profileForm?: RefusedForm<ProfileForm>;
  documentForm?: RefusedForm<DocumentForm>;
}

export function IdentityPage(props: IdentityPageProps) {
  const { standing, returnTo, profileForm, documentForm } = props;
  const { identity: texts } = useTexts().account;
  return (
    <AccountLayout page="identity" lead={texts.lead} scripts={['upload.js']}>
      {!profileForm && !documentForm && <WhereItStands {...props} />}
      <ProfilePart profile={standing.profile} refused={profileForm} returnTo={returnTo} />
      <DocumentsPart documents={standing.documents} need={standing.need} refused={documentForm} returnTo={returnTo} />
    </AccountLayout>
  );
}

/** What was done just now and, when there is nothing left to send, what comes next. */
function WhereItStands({ level, standing: { need }, returnTo, done = '' }: IdentityPageProps) {
  const { identity: texts } = useTexts().account;
  const isOver = need === 'review' || need === 'nothing';
  const phone = (text: string) => <a href="/account/phone">{text}</a>;
  return (
    <>
      {Object.hasOwn(texts.done, done) && !isOver && (
        <Notice kind="success">{texts.done[done as keyof typeof texts.done]}</Notice>
      )}
      {isOver && (
        <Notice kind="success">
          {need === 'nothing' ? texts.approved : texts.everythingSent} {level < 2 && texts.phoneToo(phone)}
        </Notice>
      )}
      {isOver && returnTo !== undefined && <BackLink to={returnTo} />}
    </>
  );
}
