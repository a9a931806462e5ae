package call

import "maps"

// handler is the page of code for one kind of input. It changes the step's call and adds effects; whether
// the input fits the state was looked up in the table before.
type handler func(*step, Input)

func on[I Input](f func(*step, I)) handler {
	return func(s *step, in Input) { f(s, in.(I)) }
}

// table says which input does something in which state. The chart in docs/ is drawn from it and a test holds the two together.
// It is filled by init because the recovery page runs other inputs' handlers.
var table map[State]map[Kind]handler

func init() {
	var (
		gone      = on((*step).legGone)
		ticket    = on((*step).ticketOpened)
		recovered = on((*step).recovered)
		strayUp   = on((*step).strayUp)
		oneHolds  = map[Kind]handler{ // while customer or target holds, the agent chooses whom to talk to
			KDigits: on((*step).digits),
			KCancel: on((*step).cancel),
			KSwap:   on((*step).swap),
			KConfer: on((*step).confer),
		}
	)
	table = map[State]map[Kind]handler{
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
			KLegGone:    gone,
			KPhoneHold:  on((*step).phoneHold),
			KJoinFailed: on((*step).dialJoinFailed),
			KPhoneLost:  on((*step).dialPhoneLost),
			KDeadline:   on((*step).dialDeadline),
			KRecovered:  recovered,
		},
		Queued: {
			KClaimed:   on((*step).claimed),
			KNobody:    on((*step).nobody),
			KClosed:    on((*step).serviceClosed),
			KChanged:   on((*step).changedWaiting),
			KDeadline:  on((*step).waitedTooLong),
			KLegUp:     strayUp,
			KLegGone:   gone,
			KTicket:    ticket,
			KRecovered: recovered,
		},
		Offering: beingRung(nil),
		Connecting: {
			KAnswer:     on((*step).answeredAlready),
			KHangup:     on((*step).hangup),
			KMute:       on((*step).mute),
			KPhoneHold:  on((*step).phoneHold),
			KJoined:     on((*step).joined),
			KJoinFailed: on((*step).joinFailed),
			KLegUp:      strayUp,
			KLegGone:    gone,
			KPhoneLost:  on((*step).connectPhoneLost),
			KDeadline:   on((*step).connectTimedOut),
			KTicket:     ticket,
			KRecovered:  recovered,
		},
		Talking: inCall(map[Kind]handler{
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
		Held: inCall(map[Kind]handler{
			KRejoin:     on((*step).rejoin),
			KResume:     on((*step).resume),
			KTransfer:   on((*step).transfer),
			KConsult:    on((*step).consult),
			KDisconnect: on((*step).disconnect),
			KJoinFailed: on((*step).talkJoinFailed),
			KPhoneLost:  on((*step).talkPhoneLost),
			KDeadline:   on((*step).heldLong),
		}),
		ConsultRings: inCall(map[Kind]handler{
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
		Consulting: consulting(oneHolds),
		Swapped:    consulting(oneHolds),
		InConference: consulting(map[Kind]handler{
			KDigits: on((*step).digits),
		}),
		Transferring: beingRung(nil),
		Recalling: beingRung(map[Kind]handler{
			KRecalled: on((*step).recalled),
			KNoRecall: on((*step).noRecall),
			KDeadline: on((*step).recallDeadline),
		}),
		Rejoining: inCall(map[Kind]handler{
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
		AgentsOnly: inCall(map[Kind]handler{
			KAnswer:     on((*step).answeredAlready),
			KRejoin:     on((*step).rejoin),
			KJoinFailed: on((*step).consultJoinFailed),
			KPhoneLost:  on((*step).consultPhoneLost),
		}),
		Forwarded: {
			KJoinFailed: on((*step).forwardJoinFailed),
			KPhoneHold:  on((*step).phoneHold),
			KLegUp:      strayUp,
			KLegGone:    gone,
			KDeadline:   on((*step).forwardTooLong),
			KTicket:     ticket,
			KRecovered:  recovered,
		},
		Farewell: {
			KSaying:    on((*step).messageBegan),
			KSaid:      on((*step).messageOver),
			KLegUp:     strayUp,
			KLegGone:   gone,
			KDeadline:  on((*step).farewellTooLong),
			KTicket:    ticket,
			KRecovered: recovered,
		},
		Ended: {
			KLegUp:     strayUp,
			KLegGone:   gone,
			KDeadline:  on((*step).sweep),
			KTicket:    ticket,
			KRecovered: recovered,
		},
	}
}

// beingRung adds what every state has in which a phone is rung for a customer who is with nobody.
func beingRung(more map[Kind]handler) map[Kind]handler {
	out := map[Kind]handler{
		KAnswer:     on((*step).answer),
		KDecline:    on((*step).decline),
		KLegRinging: on((*step).offerRings),
		KLegUp:      on((*step).rungUp),
		KLegGone:    on((*step).legGone),
		KPhoneLost:  on((*step).rungPhoneLost),
		KDeadline:   on((*step).rungTimedOut),
		KTicket:     on((*step).ticketOpened),
		KRecovered:  on((*step).recovered),
	}
	maps.Copy(out, more)
	return out
}

// inCall adds what every state has in which an agent has the customer.
func inCall(more map[Kind]handler) map[Kind]handler {
	out := map[Kind]handler{
		KHangup:    on((*step).hangup),
		KMute:      on((*step).mute),
		KPhoneHold: on((*step).phoneHold),
		KLegUp:     on((*step).strayUp),
		KLegGone:   on((*step).legGone),
		KTicket:    on((*step).ticketOpened),
		KRecovered: on((*step).recovered),
	}
	maps.Copy(out, more)
	return out
}

// consulting adds what the states have in which a target talks.
func consulting(more map[Kind]handler) map[Kind]handler {
	out := inCall(map[Kind]handler{
		KAnswer:     on((*step).answeredAlready),
		KRejoin:     on((*step).rejoin),
		KComplete:   on((*step).complete),
		KDisconnect: on((*step).disconnect),
		KJoinFailed: on((*step).consultJoinFailed),
		KPhoneLost:  on((*step).consultPhoneLost),
	})
	maps.Copy(out, more)
	return out
}
