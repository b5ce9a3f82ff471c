// SPDX-License-Identifier: Apache-2.0
/** What has happened in the sample nation before you come: answers, notifications on their way. */
import type { Scope } from '@sakimori/store';
import type { AnswerKind } from '@sakimori/vocabulary/wire';
import { answerWarning, listWarnings } from '@sakimori/warn';
import type { Services } from '../services.ts';
import { SAMPLE_ORGANISATIONS } from './organisations.ts';

/** Acts in the name of an organisation, as its own people would. */
export function sampleScope(organisation: string, reach: Scope['reach'] = 'own'): Scope {
  return {
    actor: `per_sample-${organisation}`,
    organisation,
    reach,
    sectors: [],
    purpose: 'cybersecurity',
  };
}

/** Answers by turns; the operator of the walk-through answers nothing: that is left to you. */
const ANSWERS: readonly (readonly [AnswerKind, string?][])[] = [
  [['seen'], ['fixed'], ['working']],
  [['seen'], ['seen']],
  [],
  [['fixed'], ['mitigated'], ['fixed'], ['fixed'], ['fixed'], ['fixed'], ['fixed'], ['fixed']],
  [['working'], ['not-affected', '管理画面を外部に公開していないため']],
  [],
  [['seen'], ['fixed'], ['fixed'], ['false-positive', '機種が異なる（型番の登録誤り）']],
];

const QUIET = new Set(['hikari-power', 'kumo-telecom']);

/** Plays the days before: some operators answered, some notified, some did nothing. */
export async function playHappenings(
  { warn, register }: Services,
  idOf: (key: string) => string,
): Promise<void> {
  const operators = SAMPLE_ORGANISATIONS.filter(
    ({ kind, key }) => kind === 'operator' && !QUIET.has(key),
  );
  let turn = 0;
  for (const { key } of operators) {
    const scope = sampleScope(idOf(key));
    const answers = ANSWERS[turn % ANSWERS.length] ?? [];
    turn += 1;
    const { items } = await listWarnings(warn, scope, { form: 'alarm', limit: 20 });
    await Promise.all(
      answers.slice(0, items.length).map(([kind, word], i) =>
        answerWarning(warn, scope, {
          warningId: (items[i] as { id: string }).id,
          personId: scope.actor,
          kind,
          via: 'inbox',
          ...(word && { word }),
        }),
      ),
    );
  }
  await playNotifications(
    register,
    operators.map(({ key }) => idOf(key)),
  );
}

/** Every third operator has submitted; of those every second was relayed, and some were received. */
async function playNotifications(
  { notifications }: Services['register'],
  organisations: readonly string[],
): Promise<void> {
  const nation = sampleScope(organisations[0] as string, 'all');
  const submitting = organisations.filter((_, i) => i % 3 === 0);
  await Promise.all(
    submitting.map(async (organisation, i) => {
      const own = sampleScope(organisation);
      const [draft] = await notifications.list(own, {
        organisationId: organisation,
        states: ['draft'],
      });
      if (!draft) return;
      await notifications.submit(own, draft.id);
      if (i % 2 === 0) return;
      await notifications.relay(nation, draft.id);
      if (i % 4 === 1) await notifications.receive(nation, draft.id);
    }),
  );
}
