import { useTexts } from '../../ui/frame.js';
import { Layout } from '../../ui/layout.js';
import { Notice } from '../../ui/notice.js';
import { ProviderForm } from './provider-form.js';

const USER_CODE = 'user-code';

/** The library's field, tied to our label, and without its script, which our policy would block. */
function labelled(form: string): string {
  return form.replace(/ onfocus="[^"]*"/, '').replace('name="user_code"', `name="user_code" id="${USER_CODE}"`);
}

export function DeviceCodePage({ form, problem }: { form: string; problem: 'wrong' | 'missing' | undefined }) {
  const { device } = useTexts().application;
  return (
    <Layout title={device.title}>
      <h1>{device.title}</h1>
      {problem && <Notice kind="problem">{device[problem]}</Notice>}
      <p>{device.lead}</p>
      <label for={USER_CODE}>{device.code}</label>
      <ProviderForm markup={labelled(form)} />
      <button type="submit" form="op.deviceInputForm">
        {device.submit}
      </button>
    </Layout>
  );
}

export function DeviceConfirmPage(props: { form: string; application: string; userCode: string }) {
  const { device } = useTexts().application;
  return (
    <Layout title={device.isItYours}>
      <h1>{device.isItYours}</h1>
      <p>{device.wantsToSignIn(<strong>{props.application}</strong>)}</p>
      <p class="code">{props.userCode}</p>
      <ProviderForm markup={props.form} />
      <div class="actions">
        <button type="submit" form="op.deviceConfirmForm" autofocus>
          {device.yes}
        </button>
        <button type="submit" form="op.deviceConfirmForm" class="secondary" name="abort" value="yes">
          {device.no}
        </button>
      </div>
    </Layout>
  );
}

export function DeviceDonePage() {
  const { device } = useTexts().application;
  return (
    <Layout title={device.connected}>
      <h1>{device.connected}</h1>
      <Notice kind="success">{device.goBack}</Notice>
    </Layout>
  );
}
