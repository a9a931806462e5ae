package call

// Q.850 causes as Asterisk reports them (its include/asterisk/causes.h), as far as they decide something here.
const (
	CauseAbsent       = -1 // ours: found missing in recovery, nobody knows why
	CauseTrunkFull    = -2 // ours: the trunk has as many calls as it takes; nobody was called
	causeUnknown      = 0
	causeBusy         = 17
	causeNoUser       = 18
	causeAbsent       = 20
	causeRejected     = 21
	causeOutOfOrder   = 27
	causeNetworkDown  = 38
	causeTempFailure  = 41
	causeCongestion   = 42
	causeNoRTP        = 44 // rtp_timeout
	causeTimerExpired = 102
)

// Reasons why an offer came to nothing.
const (
	whyRingOut     = "no_answer"
	whyDeclined    = "declined"
	whyBusy        = "busy"
	whyUnreachable = "unreachable"
	whyLost        = "lost" // the leg vanished while the controller was away
	whyHangup      = "hangup"
	whyCancelled   = "cancelled"
	whyNobody      = "nobody_there"
	whyBadNumber   = "invalid_number"
	whyWayOut      = "trunk_failed"
	whyTrunkFull   = "trunk_full"
)

// offerFailed says what the end of a leg that was never answered means. SIP has no word of its own for a person who presses
// "reject": phones send 603 (21), 486 (17) or 480 (18, 20). Busy is told from declined by whether the phone rang first.
func offerFailed(cause int, rang bool) string {
	switch {
	case cause == CauseAbsent || cause == causeNormal: // no phone refuses with normal clearing: it was answered, and nobody was there to hear of it
		return whyLost
	case cause == causeRejected:
		return whyDeclined
	case rang && (cause == causeBusy || cause == causeNoUser || cause == causeAbsent):
		return whyDeclined
	case rang:
		return whyRingOut
	case cause == causeBusy:
		return whyBusy
	}
	return whyUnreachable
}

// lost tells a leg that vanished from one that was hung up.
func lost(cause int) bool {
	switch cause {
	case CauseAbsent, causeUnknown, causeAbsent, causeOutOfOrder, causeNetworkDown, causeTempFailure, causeCongestion, causeNoRTP, causeTimerExpired:
		return true
	}
	return false
}

// ofTheWay tells whether that is about the way out and not about whom it leads to: another way may do.
func ofTheWay(why string) bool { return why == whyWayOut || why == whyTrunkFull }

// Causes of a customer's leg that was never answered. SIP 404 is 1, 484 is 28, 480 is 19, 500 is 38, 503 is 34, as seen on Asterisk 22.
const (
	causeUnallocated = 1
	causeNoRoute     = 3
	causeNormal      = 16
	causeNoAnswer    = 19
	causeBadNumber   = 28
	causeNoCircuit   = 34
	causeNoProtocol  = 58
)

// notReached says why a customer did not answer.
func notReached(cause int, rang bool) string {
	switch cause {
	case CauseAbsent:
		return whyLost
	case CauseTrunkFull:
		return whyTrunkFull
	case causeBusy:
		return whyBusy
	case causeRejected:
		return whyDeclined
	case causeUnallocated, causeBadNumber:
		return whyBadNumber
	case causeNormal, causeNoUser, causeNoAnswer:
		return map[bool]string{true: whyRingOut, false: whyUnreachable}[rang]
	}
	if rang {
		return whyRingOut
	}
	return whyWayOut
}
