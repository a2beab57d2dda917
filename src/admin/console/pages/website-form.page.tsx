import { Checkbox, Field } from '../../../ui/form.js';
import { useTexts } from '../../../ui/frame.js';
import { FormToken } from '../../../ui/layout.js';
import { Notice } from '../../../ui/notice.js';
import type { WebsiteValues } from '../website-form.js';
import { type ChosenColors, readColor } from '../website-preview.js';
import { ConsoleLayout } from './console-layout.js';
import { Group } from './settings-parts.js';
import { WebsitePreview } from './website-preview.js';

export interface WebsiteFormPageProps {
  /** The website that is changed; undefined for a new one. */
  id?: string;
  /** Its host as it is kept. */
  presentHost?: string;
  values: WebsiteValues;
  problem?: string;
  /** Names of the fields that the problem is about. */
  wrong?: readonly string[];
}

/** A new website, or one that is changed, and what its colours look like. */
export function WebsiteFormPage({ id, presentHost = '', values, problem, wrong = [] }: WebsiteFormPageProps) {
  const { websites } = useTexts().consoleSettings;
  const { form, problems, remove } = websites;
  const problemOf = (field: string) => (wrong.includes(field) ? problems[field] : undefined);
  const action = id === undefined ? '/admin/websites/new' : `/admin/websites/${id}`;
  return (
    <ConsoleLayout page="websites" role="admin" title={id === undefined ? form.newTitle : form.editTitle(presentHost)}>
      {problem && <Notice kind="problem">{wrong.length > 0 ? websites.lookAgain : problem}</Notice>}
      <form method="post" action={action}>
        <FormToken />
        <Identity values={values} problemOf={problemOf} />
        <Colors values={values} problemOf={problemOf} />
        <div class="actions">
          <button type="submit">{id === undefined ? form.create : form.save}</button>
          <button type="submit" class="secondary" formaction={`${action}/preview`} formnovalidate>
            {form.show}
          </button>
        </div>
      </form>
      <WebsitePreview colors={chosenColors(values)} />
      {id !== undefined && (
        <p>
          <a href={`/admin/websites/${id}/delete`} class="danger">
            {remove.link}
          </a>
        </p>
      )}
    </ConsoleLayout>
  );
}

interface PartProps {
  values: WebsiteValues;
  problemOf: (field: string) => string | undefined;
}

function Identity({ values, problemOf }: PartProps) {
  const { websites } = useTexts().consoleSettings;
  const { form } = websites;
  const field = { type: 'text', autocomplete: 'off' } as const;
  return (
    <Group title={form.identity}>
      <Field
        {...field}
        name="host"
        label={websites.host}
        value={values.host}
        hint={form.hostHint}
        problem={problemOf('host')}
      />
      <Field
        {...field}
        name="name"
        label={websites.name}
        value={values.name}
        hint={form.nameHint}
        problem={problemOf('name')}
        maxlength={100}
      />
      <Field
        {...field}
        name="logo_path"
        label={form.logo}
        value={values.logoPath}
        hint={form.logoHint}
        problem={problemOf('logo_path')}
        required={false}
      />
      <Field
        {...field}
        name="support_email"
        label={form.support}
        value={values.supportEmail}
        hint={form.supportHint}
        problem={problemOf('support_email')}
        required={false}
      />
    </Group>
  );
}

function Colors({ values, problemOf }: PartProps) {
  const { form } = useTexts().consoleSettings.websites;
  return (
    <Group title={form.colours}>
      <div class="columns">
        <div>
          <Checkbox name="own_primary" label={form.ownPrimary} checked={values.ownPrimary} />
          <Field
            name="primary_color"
            label={form.primary}
            type="color"
            autocomplete="off"
            value={values.primaryColor}
            problem={problemOf('primary_color')}
          />
        </div>
        <div>
          <Checkbox name="own_background" label={form.ownBackground} checked={values.ownBackground} />
          <Field
            name="background_color"
            label={form.background}
            type="color"
            autocomplete="off"
            value={values.backgroundColor}
            problem={problemOf('background_color')}
          />
        </div>
      </div>
    </Group>
  );
}

function chosenColors({ ownPrimary, ownBackground, primaryColor, backgroundColor }: WebsiteValues): ChosenColors {
  return {
    primary: ownPrimary ? readColor(primaryColor) : undefined,
    background: ownBackground ? readColor(backgroundColor) : undefined,
  };
}
