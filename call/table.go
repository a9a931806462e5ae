package call

import "maps"

// handler is the page of code for one kind of input. It changes the step's call and adds effects; whether
// the input fits the state was looked up in the table before.
type handler func(*step, Input)

func on[I Input](f func(*step, I)) handler {
	return func(s *step, in Input) { f(s, in.(I)) }
}

// table says which input does something in which state. The chart in docs/ is drawn from it and a test holds the two together.
var table = map[State]map[Kind]handler{
	New: {
		KEnter: on((*step).enter),
		KPlace: on((*step).place),
	},
	DialingOut: {
		KAnswer:     on((*step).answer),
		KDecline:    on((*step).decline),
		KHangup:     on((*step).dialHangup),
		KLegRinging: on((*step).dialRings),
		KLegUp:      on((*step).dialUp),
		KLegGone:    on((*step).legGone),
		KPhoneHold:  on((*step).phoneHold),
		KJoinFailed: on((*step).dialJoinFailed),
		KPhoneLost:  on((*step).dialPhoneLost),
		KDeadline:   on((*step).dialDeadline),
		KRecovered:  on((*step).recovered),
	},
	Queued: with(always, map[Kind]handler{
		KClaimed:  on((*step).claimed),
		KNobody:   on((*step).nobody),
		KClosed:   on((*step).serviceClosed),
		KChanged:  on((*step).changedWaiting),
		KDeadline: on((*step).waitedTooLong),
	}),
	Offering: beingRung,
	Connecting: with(inCall, map[Kind]handler{
		KAnswer:     on((*step).answeredAlready),
		KJoined:     on((*step).joined),
		KJoinFailed: on((*step).joinFailed),
		KPhoneLost:  on((*step).connectPhoneLost),
		KDeadline:   on((*step).connectTimedOut),
	}),
	Talking: with(inCall, map[Kind]handler{
		KChanged:    on((*step).changed),
		KAnswer:     on((*step).answeredAlready),
		KRejoin:     on((*step).rejoin),
		KDigits:     on((*step).digits),
		KHold:       on((*step).hold),
		KTransfer:   on((*step).transfer),
		KConsult:    on((*step).consult),
		KDisconnect: on((*step).disconnect),
		KJoinFailed: on((*step).talkJoinFailed),
		KPhoneLost:  on((*step).talkPhoneLost),
	}),
	Held: with(inCall, map[Kind]handler{
		KRejoin:     on((*step).rejoin),
		KResume:     on((*step).resume),
		KTransfer:   on((*step).transfer),
		KConsult:    on((*step).consult),
		KDisconnect: on((*step).disconnect),
		KJoinFailed: on((*step).talkJoinFailed),
		KPhoneLost:  on((*step).talkPhoneLost),
		KDeadline:   on((*step).heldLong),
	}),
	ConsultRings: with(inCall, map[Kind]handler{
		KClaimed:    on((*step).claimedForConsult),
		KAnswer:     on((*step).answer),
		KDecline:    on((*step).decline),
		KRejoin:     on((*step).rejoin),
		KComplete:   on((*step).complete),
		KCancel:     on((*step).cancel),
		KDisconnect: on((*step).disconnect),
		KLegRinging: on((*step).offerRings),
		KLegUp:      on((*step).rungUp),
		KJoinFailed: on((*step).consultJoinFailed),
		KPhoneLost:  on((*step).consultPhoneLost),
		KDeadline:   on((*step).targetDeadline),
	}),
	Consulting:   oneHolds,
	Swapped:      oneHolds,
	InConference: consulting,
	Transferring: beingRung,
	Recalling: with(beingRung, map[Kind]handler{
		KRecalled: on((*step).recalled),
		KNoRecall: on((*step).noRecall),
		KDeadline: on((*step).recallDeadline),
	}),
	Rejoining: with(inCall, map[Kind]handler{
		KAnswer:     on((*step).answer),
		KDecline:    on((*step).decline),
		KRejoin:     on((*step).rejoin),
		KDisconnect: on((*step).disconnect),
		KLegRinging: on((*step).rejoinRings),
		KLegUp:      on((*step).rejoinAnswered),
		KPhoneLost:  on((*step).rejoinPhoneLost),
		KPhoneBack:  on((*step).rejoinPhoneBack),
		KJoined:     on((*step).rejoined),
		KJoinFailed: on((*step).rejoinFailed),
		KDeadline:   on((*step).rejoinDeadline),
	}),
	AgentsOnly: with(inCall, map[Kind]handler{
		KAnswer:     on((*step).answeredAlready),
		KRejoin:     on((*step).rejoin),
		KJoinFailed: on((*step).consultJoinFailed),
		KPhoneLost:  on((*step).consultPhoneLost),
	}),
	Forwarded: with(always, map[Kind]handler{
		KJoinFailed: on((*step).forwardJoinFailed),
		KPhoneHold:  on((*step).phoneHold),
		KDeadline:   on((*step).forwardTooLong),
	}),
	Farewell: with(always, map[Kind]handler{
		KSaying:   on((*step).messageBegan),
		KSaid:     on((*step).messageOver),
		KDeadline: on((*step).farewellTooLong),
	}),
	Ended: with(always, map[Kind]handler{
		KDeadline: on((*step).sweep),
	}),
}

// What several states have in common.
var (
	always = map[Kind]handler{ // once there is a customer
		KLegUp:     on((*step).strayUp),
		KLegGone:   on((*step).legGone),
		KTicket:    on((*step).ticketOpened),
		KRecovered: on((*step).recovered),
	}
	beingRung = with(always, map[Kind]handler{ // a phone is rung for a customer who is with nobody
		KAnswer:     on((*step).answer),
		KDecline:    on((*step).decline),
		KLegRinging: on((*step).offerRings),
		KLegUp:      on((*step).rungUp),
		KPhoneLost:  on((*step).rungPhoneLost),
		KDeadline:   on((*step).rungTimedOut),
	})
	inCall = with(always, map[Kind]handler{ // an agent has the customer, or is about to
		KHangup:    on((*step).hangup),
		KMute:      on((*step).mute),
		KPhoneHold: on((*step).phoneHold),
	})
	consulting = with(inCall, map[Kind]handler{ // a target talks
		KAnswer:     on((*step).answeredAlready),
		KRejoin:     on((*step).rejoin),
		KDigits:     on((*step).digits),
		KComplete:   on((*step).complete),
		KDisconnect: on((*step).disconnect),
		KJoinFailed: on((*step).consultJoinFailed),
		KPhoneLost:  on((*step).consultPhoneLost),
	})
	oneHolds = with(consulting, map[Kind]handler{ // customer or target holds: the agent chooses whom to talk to
		KCancel: on((*step).cancel),
		KSwap:   on((*step).swap),
		KConfer: on((*step).confer),
	})
)

func with(common, more map[Kind]handler) map[Kind]handler {
	out := maps.Clone(common)
	maps.Copy(out, more)
	return out
}
