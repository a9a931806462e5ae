package call

import (
	"time"

	"switchroom/agent"
)

// Effect is something to be done about a call. There are three sorts:
//
//   - of agents (ReserveAgent, AgentPhase, ReleaseAgent, TellTicket): part of the save itself, so call and agent never differ;
//   - of the switch, after the save, in order. All are repeatable but [Dial], [CallOut] and [SendDigits]: done already, or its object gone, counts as done;
//   - of the house (OpenTicket, AskAnswer, AskRecall): after the save, repeatable.
//
// A Dial is sent once: it is saved as a leg that is being dialled before it is sent, and after a crash the channel is
// looked up by its id; absent means gone, never dialled again. Asterisk accepts a gone channel's id again, so a
// blind retry could ring twice.
type Effect interface{ Effect() string }

// Effects on agents, saved together with the call.
type (
	// ReserveAgent takes an available agent, or the whole input is refused.
	ReserveAgent struct {
		Agent string    `json:"agent"`
		Token string    `json:"token"`
		By    agent.Way `json:"by,omitempty"`
	}
	AgentPhase struct {
		Agent string      `json:"agent"`
		Token string      `json:"token"`
		Phase agent.Phase `json:"phase"`
	}
	// TellTicket lets the agent who served the customer know the ticket that was opened after they were let go.
	TellTicket struct {
		Agent  string `json:"agent"`
		Ticket string `json:"ticket"`
	}
	ReleaseAgent struct {
		Agent   string        `json:"agent"`
		Token   string        `json:"token"`
		Outcome agent.Outcome `json:"outcome"`
	}
)

// Effects on the switch.
type (
	// AnswerCustomer answers the caller's channel.
	AnswerCustomer struct {
		Leg string `json:"leg"`
	}
	// AnswerOwn answers the phone on which an agent dialled.
	AnswerOwn struct {
		Leg string `json:"leg"`
	}
	// PlayRinging makes an unanswered caller hear ringing.
	PlayRinging struct {
		Leg string `json:"leg"`
	}
	// PlayMusic starts music on a channel outside a bridge; it goes on until StopMusic, also over a Join.
	PlayMusic struct {
		Leg   string `json:"leg"`
		Class string `json:"class"`
	}
	StopMusic struct {
		Leg string `json:"leg"`
	}
	// PlayTone lets an agent who waits for the target hear ringing, in the bridge, until StopTone.
	PlayTone struct {
		Leg string `json:"leg"`
	}
	StopTone struct {
		Leg string `json:"leg"`
	}
	// SetMute says whether what the leg says is heard.
	SetMute struct {
		Leg string `json:"leg"`
		On  bool   `json:"on"`
	}
	// SendDigits sends tones. Once: after a crash it is not known whether they were sent, and they are not sent again.
	SendDigits struct {
		Leg    string `json:"leg"`
		Digits string `json:"digits"`
	}
	// SayMessage plays the forced disconnect's message, unless it is being played. Message: empty is the built-in one. Answers with
	// MessageOver{Failed} where it cannot be; else events tell.
	SayMessage struct {
		Leg     string `json:"leg"`
		Message string `json:"message,omitempty"`
	}
	// HearMessage asks whether the message that began is still being played; answers with MessageOver if not.
	HearMessage struct {
		Leg string `json:"leg"`
	}
	// Dial rings an agent's phone. The only effect that is not repeatable.
	Dial struct {
		Leg      string       `json:"leg"`
		Agent    string       `json:"agent"`
		Device   agent.Device `json:"device"`
		Endpoint string       `json:"endpoint"`
		Caller   Party        `json:"caller"`
		// Auto asks the phone to answer by itself.
		Auto bool `json:"auto,omitempty"`
		// Timeout is the switch's own limit, a safety net behind the call's deadline.
		Timeout time.Duration `json:"timeout"`
		// For is the customer's channel.
		For string `json:"for"`
	}
	// CallOut calls a customer, who is put into the bridge before they are rung. Once, like Dial.
	CallOut struct {
		Leg      string        `json:"leg"`
		Way      string        `json:"way"` // what the switch dials, such as PJSIP/<number>@<trunk>
		CallerID string        `json:"caller_id"`
		Bridge   string        `json:"bridge"`
		Timeout  time.Duration `json:"timeout"`
	}
	// MakeBridge makes the call's bridge while the phone still rings, so that it is there when somebody answers.
	MakeBridge struct {
		Bridge string `json:"bridge"`
	}
	// Join makes the bridge if need be and puts legs into it: both, or the one that is named. With Leg it answers Joined or JoinFailed; a
	// customer who is not there any more is no failure: their end is under way.
	Join struct {
		Bridge   string `json:"bridge"`
		Customer string `json:"customer,omitempty"`
		Leg      string `json:"leg,omitempty"`
	}
	// Leave takes a leg out of the bridge.
	Leave struct {
		Bridge string `json:"bridge"`
		Leg    string `json:"leg"`
	}
	// Drop hangs a channel up.
	Drop struct {
		Leg    string `json:"leg"`
		Reason Reason `json:"reason"`
	}
	// GiveBack sends the caller back to the dialplan with the result variables set.
	GiveBack struct {
		Leg    string `json:"leg"`
		Call   string `json:"call"`
		Result string `json:"result"`
		Slug   string `json:"slug"`
	}
	// Dismiss hangs up the customer: the end of a forced disconnect (S34), and of a call that an agent placed, which no dialplan waits for.
	Dismiss struct {
		Leg string `json:"leg"`
	}
	// DestroyBridge removes the call's bridge.
	DestroyBridge struct {
		Bridge string `json:"bridge"`
	}
	// StopRescue ends the caller's absolute timeout, which brings them back to the dialplan should the controller die while
	// they wait (the engine renews it until then).
	StopRescue struct {
		Leg string `json:"leg"`
	}
)

// Effects in the house.
type (
	// OpenTicket makes the call's one ticket, or finds it. Answers with TicketOpened.
	OpenTicket struct {
		Agent string `json:"agent"`
	}
	// AskAnswer tells the browser that holds the agent's WebRTC phone to answer: the widget's Answer was pressed, maybe in
	// another tab.
	AskAnswer struct {
		Agent string `json:"agent"`
		Leg   string `json:"leg"`
	}
	// AskRecall wants to know whether the agent can be called back. Answers with Recalled or NoRecall.
	AskRecall struct {
		Agent string `json:"agent"`
	}
)

// Reason says to a phone why its leg ends, so that it shows no missed call where there was none.
type Reason string

// The reasons.
const (
	Normal        Reason = "normal"
	NoAnswer      Reason = "no_answer"
	ElsewhereDone Reason = "answered_elsewhere"
	Busy          Reason = "busy"
	Declined      Reason = "declined"
	BadNumber     Reason = "invalid_number"
	Congested     Reason = "congested"
)

func (ReserveAgent) Effect() string   { return "reserve_agent" }
func (AgentPhase) Effect() string     { return "agent_phase" }
func (ReleaseAgent) Effect() string   { return "release_agent" }
func (TellTicket) Effect() string     { return "tell_ticket" }
func (AnswerCustomer) Effect() string { return "answer_customer" }
func (AnswerOwn) Effect() string      { return "answer_own" }
func (PlayRinging) Effect() string    { return "play_ringing" }
func (PlayMusic) Effect() string      { return "play_music" }
func (StopMusic) Effect() string      { return "stop_music" }
func (PlayTone) Effect() string       { return "play_tone" }
func (StopTone) Effect() string       { return "stop_tone" }
func (SetMute) Effect() string        { return "set_mute" }
func (SendDigits) Effect() string     { return "send_digits" }
func (SayMessage) Effect() string     { return "say_message" }
func (HearMessage) Effect() string    { return "hear_message" }
func (AskRecall) Effect() string      { return "ask_recall" }
func (Dial) Effect() string           { return "dial" }
func (CallOut) Effect() string        { return "call_out" }
func (MakeBridge) Effect() string     { return "make_bridge" }
func (Join) Effect() string           { return "join" }
func (Leave) Effect() string          { return "leave" }
func (Drop) Effect() string           { return "drop" }
func (GiveBack) Effect() string       { return "give_back" }
func (Dismiss) Effect() string        { return "dismiss" }
func (DestroyBridge) Effect() string  { return "destroy_bridge" }
func (StopRescue) Effect() string     { return "stop_rescue" }
func (OpenTicket) Effect() string     { return "open_ticket" }
func (AskAnswer) Effect() string      { return "ask_answer" }
