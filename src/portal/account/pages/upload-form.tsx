import { DOCUMENT_TYPES } from '../../../documents/document.entity.js';
import { MAX_FILE_BYTES } from '../../../documents/document-limits.js';
import { Field, Select } from '../../../ui/form.js';
import { useFrame } from '../../../ui/frame.js';
import type { DocumentForm, RefusedForm } from '../identity-forms.js';
import { pathWith } from '../path-with.js';

interface UploadFormProps {
  refused: RefusedForm<DocumentForm> | undefined;
  returnTo: string | undefined;
}

/** Works as it is; public/upload.js adds a preview, early warnings and the progress of the sending. */
export function UploadForm({ refused, returnTo }: UploadFormProps) {
  const { formToken, texts: all } = useFrame();
  const { problems, documents: texts } = all.account.identity;
  const { typed = {}, fields = {} } = refused ?? {};
  const about = (name: keyof DocumentForm) => {
    const problem = fields[name];
    return { name, value: typed[name], problem: problem && problems[problem] };
  };
  const types = [['', texts.chooseType] as const, ...DOCUMENT_TYPES.map((type) => [type, texts.types[type]] as const)];
  const words = {
    'data-most-bytes': MAX_FILE_BYTES,
    'data-too-large': problems.tooLarge,
    'data-not-an-image': problems.notAnImage,
    'data-hint': texts.fileHint,
    'data-failed': texts.failed,
  };
  const action = pathWith('/account/identity/documents', { form_token: formToken, return_to: returnTo });
  return (
    <form method="post" action={action} enctype="multipart/form-data" class="upload" {...words}>
      <Select {...about('doc_type')} label={texts.type} options={types} />
      <div class="columns">
        <Field {...about('doc_number')} label={texts.docNumber} type="text" autocomplete="off" maxlength={128} />
        <Field {...about('doc_expire')} label={texts.docExpire} type="date" autocomplete="off" />
      </div>
      <Picture problem={fields.upload && problems[fields.upload]} />
      <p class="lead">{texts.privacy}</p>
      <button type="submit">{texts.submit}</button>
      <progress aria-label={texts.sending} hidden />
    </form>
  );
}

function Picture({ problem }: { problem: string | undefined }) {
  const { documents: texts } = useFrame().texts.account.identity;
  return (
    <>
      <label>
        {texts.file}
        <input
          type="file"
          name="upload"
          accept="image/jpeg,image/png"
          required
          aria-describedby="upload-note"
          {...(problem && { 'aria-invalid': true })}
        />
        <small id="upload-note">{problem ?? texts.fileHint}</small>
      </label>
      <figure class="preview" hidden>
        <canvas role="img" aria-label={texts.preview} />
        <figcaption />
      </figure>
    </>
  );
}
