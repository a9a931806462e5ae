package feed

// Code is the number that a socket is closed with. Its hundred says what a client does: 4000 reconnect and resume, 4100
// get a new token first, 4200 do not reconnect.
type Code int

// The close codes, as in the contract.
const (
	ShuttingDown Code = 4001
	FeedLost     Code = 4002
	HelloTimeout Code = 4005
	Unresponsive Code = 4006
	Slow         Code = 4008
	Internal     Code = 4009

	TokenExpired Code = 4101
	BadToken     Code = 4102
	SessionEnded Code = 4103

	BadMessage Code = 4200
	TooBig     Code = 4201
	TooMany    Code = 4203
	NotAnAgent Code = 4204
)

var names = map[Code]string{
	ShuttingDown: "shutting_down", FeedLost: "feed_lost", HelloTimeout: "hello_timeout", Unresponsive: "unresponsive", Slow: "slow", Internal: "internal",
	TokenExpired: "token_expired", BadToken: "bad_token", SessionEnded: "session_ended",
	BadMessage: "bad_message", TooBig: "too_big", TooMany: "too_many", NotAnAgent: "not_an_agent",
}

// String is the code's name in the contract; it is also the close frame's reason.
func (c Code) String() string {
	if n := names[c]; n != "" {
		return n
	}
	return "gone" // the client closed, or the network did
}

// Codes lists every code with its name.
func Codes() map[Code]string { return names }
