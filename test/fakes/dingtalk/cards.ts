import { apiRefusal } from './fault.ts';
import type { Ledger } from './ledger.ts';
import { groupCard, personCard, streaming } from './schemas.ts';

/** Cards of one template, in the chats where they are shown. */
export class Cards {
  private readonly ledger: Ledger;
  private readonly templateId: string;
  private readonly robotCode: string;

  constructor(ledger: Ledger, templateId: string, robotCode: string) {
    this.ledger = ledger;
    this.templateId = templateId;
    this.robotCode = robotCode;
  }

  /** The same id once more changes nothing. */
  createAndDeliver(body: unknown): object {
    const group = groupCard.safeParse(body);
    const result = group.success ? group : personCard.safeParse(body);
    if (!result.success) throw apiRefusal(400, 'param.error');
    const card = result.data;
    if (card.cardTemplateId !== this.templateId) throw apiRefusal(400, 'param.cardTemplateIdInvalid');
    if (card.callbackType === 'HTTP' && !card.callbackRouteKey)
      throw apiRefusal(400, 'param.callbackRouteKeyEmpty');
    const model =
      'imGroupOpenDeliverModel' in card ? card.imGroupOpenDeliverModel : card.imRobotOpenDeliverModel;
    if (model.robotCode !== this.robotCode) throw apiRefusal(400, 'param.robotCodeInvalid');
    const spaceId = card.openSpaceId.replace(/^dtv1\.card\/\/IM_(GROUP|ROBOT)\./, '');
    if (!this.ledger.card(card.outTrackId)) {
      const isGroup = 'imGroupOpenDeliverModel' in card;
      this.ledger.add({
        chat: `${isGroup ? 'group' : 'person'} ${spaceId}`,
        kind: 'card',
        title:
          (isGroup ? card.imGroupOpenSpaceModel : card.imRobotOpenSpaceModel).lastMessageI18n?.ZH_CN ?? '',
        text: '',
        mentions: isGroup ? Object.keys(card.imGroupOpenDeliverModel.atUserIds ?? {}) : [],
        via: 'api',
        card: {
          outTrackId: card.outTrackId,
          variables: card.cardData.cardParamMap,
          callback: card.callbackType,
          ...(card.callbackRouteKey ? { routeKey: card.callbackRouteKey } : {}),
          state: 'waiting',
          versions: [],
          guids: new Set(),
        },
      });
    }
    const delivered = { spaceId, spaceType: 'IM', success: true, errorMsg: '' };
    return { success: true, result: { outTrackId: card.outTrackId, deliverResults: [delivered] } };
  }

  /** The same guid once more changes nothing. */
  stream(body: unknown): object {
    const result = streaming.safeParse(body);
    if (!result.success) throw apiRefusal(400, 'param.error');
    const { outTrackId, guid, content, isFinalize } = result.data;
    const seen = this.ledger.card(outTrackId);
    if (!seen?.card) throw apiRefusal(400, 'param.outTrackIdInvalid');
    const { card } = seen;
    if (!card.guids.has(guid)) {
      if (card.state === 'done') throw apiRefusal(400, 'card.finished');
      card.guids.add(guid);
      card.versions.push(content);
      card.state = isFinalize ? 'done' : 'writing';
      seen.text = content;
      this.ledger.changed();
    }
    return { success: true, result: true };
  }
}
