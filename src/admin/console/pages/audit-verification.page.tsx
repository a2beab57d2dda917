import type { AuditVerification } from '../../../audit/audit-verification.service.js';
import { useTexts } from '../../../ui/frame.js';
import { Notice } from '../../../ui/notice.js';
import { Section } from '../../../ui/parts.js';
import { useCount } from './audit.page.js';
import { ConsoleLayout } from './console-layout.js';

const MOST_NAMED = 20;

/** What the check of the chain found, in words. */
export function AuditVerificationPage({ found }: { found: AuditVerification }) {
  const { consoleSettings, shell } = useTexts();
  const { verify } = consoleSettings.audit;
  const count = useCount();
  const { sealed, unsealed, broken, head } = found;
  const isWhole = broken.length === 0;
  return (
    <ConsoleLayout page="audit" role="admin" title={verify.title}>
      <Notice kind={isWhole ? 'success' : 'problem'}>
        {isWhole ? verify.whole(count(sealed)) : verify.broken(count(broken.length))}
      </Notice>
      {!isWhole && (
        <Section title={verify.first}>
          <ul class="lines">
            {broken.slice(0, MOST_NAMED).map(({ id, what }) => (
              <li key={id}>
                <code>{id}</code> {verify[what]}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {unsealed > 0 && <p>{verify.unsealed(count(unsealed))}</p>}
      <Section title={verify.head} lead={verify.headHint}>
        <p>
          <code>{head}</code>
        </p>
      </Section>
      <p>
        <a href="/admin/audit">{shell.back}</a>
      </p>
    </ConsoleLayout>
  );
}
