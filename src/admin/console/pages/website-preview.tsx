import { useFrame, useTexts } from '../../../ui/frame.js';
import { Badge, Section, Table } from '../../../ui/parts.js';
import { type ChosenColors, contrastReport, type ModeReport } from '../website-preview.js';
import { Swatch } from './websites.page.js';

/** Samples of what stands on our pages, in the chosen colours, and how well it can be read. */
export function WebsitePreview({ colors }: { colors: ChosenColors }) {
  const { preview } = useTexts().consoleSettings.websites;
  return (
    <>
      <link rel="stylesheet" href="/assets/preview.css" />
      <link rel="stylesheet" href={sheetOf(colors)} />
      <Section title={preview.title} lead={preview.lead}>
        <div class="samples">
          <Sample mode="light" />
          <Sample mode="dark" />
        </div>
      </Section>
      <Contrast colors={colors} />
    </>
  );
}

function sheetOf({ primary, background }: ChosenColors): string {
  const query = new URLSearchParams({
    ...(primary && { primary: primary.slice(1) }),
    ...(background && { background: background.slice(1) }),
  });
  return `/admin/websites/preview.css?${query.toString()}`;
}

/** Nothing in it can be used: it is a picture made of the real parts. */
function Sample({ mode }: { mode: 'light' | 'dark' }) {
  const { preview } = useTexts().consoleSettings.websites;
  return (
    <figure class={`sample ${mode}`}>
      <figcaption>{preview[mode]}</figcaption>
      <div class="sheet" inert>
        <p class="headline">{preview.headline}</p>
        <p>
          {preview.text} <a href="#preview">{preview.link}</a>. <Badge tone="waiting">{preview.badge}</Badge>
        </p>
        <label>
          {preview.field}
          <input type="text" value="ana@example.com" readonly />
        </label>
        <div class="actions">
          <button type="button">{preview.button}</button>
          <button type="button" class="secondary">
            {preview.other}
          </button>
        </div>
        <p class="notice success">{preview.success}</p>
        <p class="notice problem">{preview.problem}</p>
      </div>
    </figure>
  );
}

function Contrast({ colors }: { colors: ChosenColors }) {
  const { preview } = useTexts().consoleSettings.websites;
  const ratio = useRatio();
  const { modes, background } = contrastReport(colors);
  return (
    <Section title={preview.contrast} lead={preview.contrastLead}>
      <Table
        caption={preview.contrast}
        rows={modes}
        keyOf={({ mode }) => mode}
        columns={[
          { title: preview.mode, cell: ({ mode }) => preview[mode] },
          { title: preview.used, cell: (report) => <Used report={report} chosen={colors.primary ?? ''} /> },
          { title: preview.onPage, cell: ({ onPage }) => ratio(onPage), isNumber: true },
          { title: preview.onButton, cell: ({ onButton }) => ratio(onButton), isNumber: true },
        ]}
      />
      {background && (
        <p class={background.isLow ? 'warning' : undefined}>
          {preview.textOnBackground(ratio(background.text))} {preview.linksOnBackground(ratio(background.links))}{' '}
          {background.isLow && preview.tooLow}
        </p>
      )}
    </Section>
  );
}

function Used({ report, chosen }: { report: ModeReport; chosen: string }) {
  const { preview } = useTexts().consoleSettings.websites;
  const words = {
    usual: preview.usual,
    none: preview.asChosen,
    darker: preview.darker(chosen),
    lighter: preview.lighter(chosen),
  };
  return (
    <div>
      <Swatch color={report.used} /> <small>{words[report.change]}</small>
    </div>
  );
}

/** Rounded down, so that what is too little never reads like enough. */
function useRatio(): (contrast: number) => string {
  const { language } = useFrame();
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (contrast) => `${format.format(Math.floor(contrast * 10) / 10)}:1`;
}
