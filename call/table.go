package call

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
		customerGone = on((*step).legGone)
		ticket       = on((*step).ticketOpened)
		recovered    = on((*step).recovered)
		strayUp      = on((*step).strayUp)
	)
	table = map[State]map[Kind]handler{
		New: {
			KEnter: on((*step).enter),
		},
		Queued: {
			KClaimed:   on((*step).claimed),
			KNobody:    on((*step).nobody),
			KDeadline:  on((*step).waitedTooLong),
			KLegUp:     strayUp,
			KLegGone:   customerGone,
			KTicket:    ticket,
			KRecovered: recovered,
		},
		Offering: {
			KAnswer:     on((*step).answer),
			KDecline:    on((*step).decline),
			KLegRinging: on((*step).offerRings),
			KLegUp:      on((*step).offerAnswered),
			KLegGone:    customerGone,
			KPhoneLost:  on((*step).offerPhoneLost),
			KDeadline:   on((*step).offerTimedOut),
			KTicket:     ticket,
			KRecovered:  recovered,
		},
		Connecting: {
			KAnswer:     on((*step).answeredAlready),
			KHangup:     on((*step).hangup),
			KJoined:     on((*step).joined),
			KJoinFailed: on((*step).joinFailed),
			KLegUp:      strayUp,
			KLegGone:    customerGone,
			KPhoneLost:  on((*step).offerPhoneLost),
			KDeadline:   on((*step).connectTimedOut),
			KTicket:     ticket,
			KRecovered:  recovered,
		},
		Talking: {
			KAnswer:     on((*step).answeredAlready),
			KHangup:     on((*step).hangup),
			KRejoin:     on((*step).rejoin),
			KJoinFailed: on((*step).talkJoinFailed),
			KLegUp:      strayUp,
			KLegGone:    customerGone,
			KPhoneLost:  on((*step).talkPhoneLost),
			KTicket:     ticket,
			KRecovered:  recovered,
		},
		Rejoining: {
			KHangup:     on((*step).hangup),
			KRejoin:     on((*step).rejoin),
			KLegRinging: on((*step).rejoinRings),
			KLegUp:      on((*step).rejoinAnswered),
			KLegGone:    customerGone,
			KPhoneLost:  on((*step).rejoinPhoneLost),
			KPhoneBack:  on((*step).rejoinPhoneBack),
			KJoined:     on((*step).rejoined),
			KJoinFailed: on((*step).rejoinFailed),
			KDeadline:   on((*step).rejoinDeadline),
			KTicket:     ticket,
			KRecovered:  recovered,
		},
		Ended: {
			KLegUp:     strayUp,
			KLegGone:   customerGone,
			KDeadline:  on((*step).sweep),
			KTicket:    ticket,
			KRecovered: recovered,
		},
	}
}
