import { Injectable } from '@nestjs/common';
import type { Principal } from '../../common/principal.js';
import { DocumentsService } from '../../documents/documents.service.js';
import { OwnLabelsService } from '../../labels/own-labels.service.js';
import { PhonesService } from '../../phones/phones.service.js';
import { ProfilesService } from '../../profiles/profiles.service.js';

/** Who somebody is, in their own words and in those of staff, as it leaves in an export: who reviewed it, and where files lie, is not theirs. */
@Injectable()
export class OwnIdentity {
  constructor(
    private readonly profiles: ProfilesService,
    private readonly phones: PhonesService,
    private readonly documents: DocumentsService,
    private readonly labels: OwnLabelsService,
  ) {}

  async of(principal: Principal): Promise<Record<string, unknown>> {
    const { id: accountId } = principal.account;
    const [profile, phones, documents, labels] = await Promise.all([
      this.profiles.findOf(accountId),
      this.phones.listOf(accountId),
      this.documents.listOf(accountId),
      this.labels.list(principal),
    ]);
    return {
      profile: profile && {
        first_name: profile.first_name,
        last_name: profile.last_name,
        dob: profile.dob,
        address: profile.address,
        postcode: profile.postcode,
        city: profile.city,
        country: profile.country,
        metadata: profile.metadata,
        state: profile.state,
        rejection_reason: profile.state === 'rejected' ? profile.reason : null,
        submitted_at: profile.submitted_at,
      },
      phones: phones.map(({ number, country, verified }) => ({ number, country, verified })),
      documents: documents.map((document) => ({
        id: document.id,
        doc_type: document.docType,
        doc_number: document.docNumber,
        doc_expire: document.docExpire,
        content_type: document.contentType,
        size_bytes: document.sizeBytes,
        state: document.state,
        created_at: document.createdAt,
      })),
      labels: labels.map(({ key, value, scope, created_at, updated_at }) => ({
        ...{ key, value, scope },
        ...{ created_at, updated_at },
      })),
    };
  }
}
