import type { ComponentChildren } from 'preact';

const count = (number: number, one: string, many: string): string => (number === 1 ? one : `${number} ${many}`);

/** Where the account stands, and the steps to the next level. */
export const account = {
  backToApplication: 'Back to the application',
  backToPlace: 'Back to where you were',
  overview: {
    standing: 'Where you stand',
    level: (level: number) => `Level ${level} of 3`,
    steps: {
      email: 'E-mail address',
      phone: 'Phone number',
      identity: 'Identity',
    },
    state: { done: 'done', open: 'open', waiting: 'being checked', rejected: 'not accepted' },
    emailDone: 'Confirmed. This is where we write to you.',
    emailOpen: 'Not confirmed yet.',
    phoneDone: 'Verified with a code by SMS.',
    phoneOpen: 'Shows that you can be reached, and protects your account. Takes a minute.',
    identity: {
      profile: 'Your details and a picture of a document. Applications that deal with money ask for it.',
      correction: 'Something in your details was not right. You can correct it and send it again.',
      document: 'Your details are here; a picture of a document is missing.',
      otherDocument: 'We could not accept the picture that you sent.',
      review: 'Everything is here. We check it, usually within a day, and write to you.',
      nothing: 'Your details were checked and approved.',
      approvedEarly: 'Approved. It counts as soon as your phone number is verified.',
    },
    reason: (reason: ComponentChildren) => <>Why your details were not accepted: {reason}</>,
    next: {
      confirm: { lead: 'First, please confirm your e-mail address.', action: 'Send the mail again' },
      phone: { lead: 'Next: your phone number.', action: 'Verify my phone' },
      profile: { lead: 'Next: who you are.', action: 'Enter my details' },
      correction: { lead: 'Next: correct your details.', action: 'Correct my details' },
      document: { lead: 'Next: a picture of a document.', action: 'Send a document' },
      otherDocument: { lead: 'Next: another picture of a document.', action: 'Send a document' },
      secondFactor: {
        lead: 'All steps are done. One thing makes your account safer still.',
        action: 'Turn on the second factor',
      },
    },
    secondFactor: {
      title: 'Second factor',
      on: 'on',
      off: 'off',
      onText: 'Signing in takes your password and a code of your phone.',
      offText: 'Whoever learns your password can sign in as you. A code of your phone prevents that.',
      turnOn: 'Turn it on',
      see: 'See security',
    },
    sessions: {
      title: 'Signed in',
      places: (browsers: number, programs: number) => {
        if (browsers === 1 && programs === 0) return 'In this browser only';
        const others = programs === 0 ? '' : ` and ${count(programs, 'one program', 'programs')}`;
        return `In ${count(browsers, 'one browser', 'browsers')}${others}`;
      },
      text: 'Something you do not know? End it there.',
      see: 'See sessions',
    },
    applications: {
      title: 'Applications',
      number: (number: number) => (number === 0 ? 'None yet' : count(number, 'One application', 'applications')),
      some: 'They may use your account as far as you agreed.',
      none: 'Those that you let use your account appear here.',
      see: 'See applications',
    },
    facts: {
      title: 'Your account',
      email: 'E-mail address',
      uid: 'Account number',
      since: 'Signed in here since',
      before: 'Sign-in before that',
      from: (address: string) => `from ${address}`,
      first: 'none, this is the first',
    },
  },
  phone: {
    lead: 'A verified phone number brings you to level 2.',
    why: 'We send a code by SMS and you enter it here: so we know that the number is yours. Applications see it only when you agree to that.',
    add: 'Add a number',
    enter: 'Enter the code',
    another: 'Use another number',
    anotherLead: 'The one that you verify last is the one that counts.',
    codeMissing: 'Please enter the code.',
    tooMany: (minutes: number) =>
      `We have sent you codes already, and can send another in ${count(minutes, 'a minute', 'minutes')}. Has the last one arrived?`,
    notServed: 'We cannot send messages to this country.',
    done: {
      sent: 'A code is on its way to your phone.',
      verified: 'Thank you. This number is yours now.',
    },
    list: {
      title: 'Your numbers',
      number: 'Number',
      country: 'Country',
      state: 'State',
      action: 'Action',
      verified: 'verified',
      pending: 'waits for its code',
      resend: 'Send a new code',
    },
    next: 'Go on with my identity',
  },
  identity: {
    lead: 'Two things show who you are. When both are approved and your phone is verified, you have level 3.',
    lookAgain: 'Please look at the fields that are marked.',
    problems: {
      missing: 'This is missing.',
      invalid: 'This cannot be read.',
      tooLong: 'This is too long.',
      age: 'You must be between 18 and 120 years old.',
      past: 'This document has expired.',
      notAnImage: 'This is no JPEG or PNG picture.',
      tooManyPixels: 'This picture has more than 40 megapixels. Please send a smaller one.',
      tooLarge: 'This file has more than 10 MB. Please send a smaller one.',
    },
    refusals: {
      'profile.exists': 'You have sent your details already. This is what we have.',
      'document.limit_reached': 'You have sent as many documents as one account may: 10, and 50 MB in all.',
      'request.malformed_body': 'The form arrived incomplete. Please send it again.',
    } as Readonly<Record<string, string>>,
    done: {
      profile: 'We have your details.',
      document: 'We have your document.',
    },
    everythingSent: 'Everything is here. We check it, usually within a day, and write to you.',
    approved: 'Your identity is approved.',
    phoneToo: (link: (text: string) => ComponentChildren) => (
      <>For level 3 {link('verify your phone number')} as well.</>
    ),
    profile: {
      title: '1. Your details',
      formLead: 'As they stand in your document.',
      rejected: (reason: ComponentChildren) => (
        <>
          <strong>We could not accept your details.</strong> {reason}
        </>
      ),
      rejectedLead: 'Correct what is wrong and send them again.',
      pending: 'being checked',
      approved: 'approved',
      name: 'Name',
      firstName: 'First name',
      lastName: 'Last name',
      dob: 'Date of birth',
      address: 'Address',
      addressHint: 'Street and number.',
      postcode: 'Postcode',
      postcodeHint: 'Leave it empty where there is none.',
      city: 'City',
      country: 'Country',
      chooseCountry: 'Please choose',
      sent: 'Sent',
      submit: 'Send my details',
      submitAgain: 'Send them again',
    },
    documents: {
      title: '2. A picture of a document',
      lead: 'A passport, identity card or driver licence that is still valid.',
      privacy:
        'The picture is kept encrypted and only our reviewers can open it. What you see here is made on your own device; once sent, this page shows only what kind of document it was.',
      none: 'Nothing sent yet.',
      caption: 'Documents that you sent',
      type: 'Document',
      number: 'Number',
      endingIn: 'ending in',
      expires: 'Valid until',
      state: 'State',
      sent: 'Sent',
      types: {
        Passport: 'Passport',
        'Identity card': 'Identity card',
        'Driver license': 'Driver licence',
      },
      states: {
        scanning: 'being scanned',
        infected: 'refused: harmful file',
        pending: 'being checked',
        approved: 'approved',
        rejected: 'not accepted',
      },
      chooseType: 'Please choose',
      docNumber: 'Number of the document',
      docExpire: 'Valid until',
      file: 'Picture',
      fileHint: 'JPEG or PNG, at most 10 MB. All four corners, no glare, readable.',
      preview: 'The picture that you chose',
      sending: 'Sending the picture',
      failed: 'The picture could not be sent. Are you connected? Please try again.',
      submit: 'Send the document',
      another: 'Send another document',
    },
  },
};
