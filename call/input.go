package call

import (
	"time"

	"switchroom/agent"
)

// Input is something that happens to a call: a command, a fact from the switch, a result, or time.
type Input interface{ Kind() Kind }

// Kind names an input in the table, the journal and errors.
type Kind string

// The kinds of input.
const (
	KEnter      Kind = "enter"
	KPlace      Kind = "place"
	KClaimed    Kind = "claimed"
	KNobody     Kind = "nobody"
	KAnswer     Kind = "answer"
	KDecline    Kind = "decline"
	KHangup     Kind = "hangup"
	KRejoin     Kind = "rejoin"
	KMute       Kind = "mute"
	KDigits     Kind = "digits"
	KHold       Kind = "hold"
	KResume     Kind = "resume"
	KTransfer   Kind = "transfer"
	KConsult    Kind = "consult"
	KComplete   Kind = "complete"
	KCancel     Kind = "cancel"
	KSwap       Kind = "swap"
	KConfer     Kind = "conference"
	KDisconnect Kind = "force_disconnect"
	KLegRinging Kind = "leg_ringing"
	KLegUp      Kind = "leg_up"
	KLegGone    Kind = "leg_gone"
	KPhoneHold  Kind = "phone_hold"
	KPhoneLost  Kind = "phone_lost"
	KPhoneBack  Kind = "phone_back"
	KJoined     Kind = "joined"
	KJoinFailed Kind = "join_failed"
	KTicket     Kind = "ticket_opened"
	KRecalled   Kind = "recalled"
	KNoRecall   Kind = "no_recall"
	KSaying     Kind = "message_began"
	KSaid       Kind = "message_over"
	KClosed     Kind = "service_closed"
	KChanged    Kind = "queue_changed"
	KRecovered  Kind = "recovered"
	KDeadline   Kind = "deadline"
)

// Enter begins a call: a caller's channel came into Stasis.
type Enter struct {
	ID       string    `json:"id"`
	Node     string    `json:"node"`
	Channel  string    `json:"channel"`
	Service  string    `json:"service"`
	Queue    string    `json:"queue"`
	Scenario Scenario  `json:"scenario"`
	Caller   Party     `json:"caller"`
	Called   string    `json:"called,omitempty"`
	Waiting  time.Time `json:"waiting,omitzero"`   // a rescued caller keeps the place from then; zero: now
	Answered bool      `json:"answered,omitempty"` // the dialplan answered the channel already
	Refuse   string    `json:"refuse,omitempty"`   // slug: the call is not taken
	// Closing: the service is closed, and this is what the caller hears before they are hung up on. Nil: it is open, or Refuse says otherwise.
	Closing *Closing `json:"closing,omitempty"`
	// Instead is the queue that was called, whose service is closed: Queue stands in for it. Empty: Queue was called.
	Instead string `json:"instead,omitempty"`
}

// Place begins a call to a customer (S18), or to a colleague. The engine has found it allowed.
type Place struct {
	ID       string       `json:"id"`
	Node     string       `json:"node"`
	Service  string       `json:"service"`
	Queue    string       `json:"queue"` // where the customer goes should everybody be lost; NoQueue: nowhere
	Scenario Scenario     `json:"scenario"`
	Agent    string       `json:"agent"`
	Device   agent.Device `json:"device"`
	Endpoint string       `json:"endpoint"`
	To       Party        `json:"to"`
	CallerID string       `json:"caller_id,omitempty"` // empty: none is shown
	Ways     []string     `json:"ways,omitempty"`      // ways out, in order: what the switch dials; to a customer at least one
	// Colleague is the agent who is called: To is who that is, and there is neither CallerID nor a way out. Nil: a customer.
	Colleague *Target `json:"colleague,omitempty"`
	// Leg is the channel of an agent who dialled on the phone itself, unanswered so far. Empty: the phone is called.
	Leg string `json:"leg,omitempty"`
}

// Considered is one agent looked at for a call, and why not ("" for the one who was taken).
type Considered struct {
	Agent string `json:"agent"`
	Why   string `json:"why,omitempty"`
}

// Commands. Agent is who gives it; an agent can command only the call that they are offered or have.
type (
	// Answer is the widget's Answer (S14).
	Answer struct {
		Agent string `json:"agent"`
	}
	// Decline refuses an offer; it counts as a miss (S16).
	Decline struct {
		Agent string `json:"agent"`
	}
	// Hangup ends the conversation.
	Hangup struct {
		Agent string `json:"agent"`
	}
	// Rejoin says that the agent's phone has no audio of this call any more, such as after a page
	// reload: call it again.
	Rejoin struct {
		Agent string `json:"agent"`
	}
)

// Commands during a call (S22).
type (
	// Mute lets nobody hear the agent, or lets them be heard again.
	Mute struct {
		Agent string `json:"agent"`
		On    bool   `json:"on"`
	}
	// Digits sends tones to whom the agent talks to. It is sent once.
	Digits struct {
		Agent  string `json:"agent"`
		Digits string `json:"digits"` // 0-9, *, #, A-D
	}
	// Hold lets the customer hear music (S35), Resume ends that (S37, S32).
	Hold struct {
		Agent string `json:"agent"`
	}
	Resume struct {
		Agent string `json:"agent"`
	}
	// Transfer lets go of the customer at once: Connect in the dialog (S27, S28). To is complete but for the reservation and the leg.
	Transfer struct {
		Agent string `json:"agent"`
		To    Target `json:"to"`
	}
	// Consult calls the target while the customer holds: Consultation Call (S26, S29).
	Consult struct {
		Agent string `json:"agent"`
		To    Target `json:"to"`
		// Leg is the channel of an agent who dialled the target on the second line of their desk phone, unanswered so far. Empty: there is one line.
		Leg string `json:"leg,omitempty"`
	}
	// Complete is Connect to Customer (S30).
	Complete struct {
		Agent string `json:"agent"`
		// ByKey: the transfer key of a phone with two lines, which hangs both up by itself when it hears that it is done.
		ByKey bool `json:"by_key,omitempty"`
	}
	// Cancel releases the target; the customer stays on hold (S31).
	Cancel struct {
		Agent string `json:"agent"`
	}
	// Swap changes whom the agent talks to.
	Swap struct {
		Agent string `json:"agent"`
	}
	// Confer joins all three.
	Confer struct {
		Agent string `json:"agent"`
	}
	// ForceDisconnect ends the call with the service's message (S33, S34).
	ForceDisconnect struct {
		Agent  string `json:"agent"`
		Reason string `json:"reason,omitempty"`
	}
)

// Routing's results.
type (
	// Claimed says that routing chose an agent. The engine saves it together with the agent's reservation, both or neither.
	Claimed struct {
		Agent      string       `json:"agent"`
		Device     agent.Device `json:"device"`
		Endpoint   string       `json:"endpoint"`
		Considered []Considered `json:"considered,omitempty"`
	}
	// Recalled says that the agent whose transfer failed can be called. Saved like Claimed.
	Recalled struct {
		Agent    string       `json:"agent"`
		Device   agent.Device `json:"device"`
		Endpoint string       `json:"endpoint"`
	}
	// NoRecall says that they cannot, and why.
	NoRecall struct {
		Why string `json:"why"`
	}
	// ServiceClosed says that the service closed while the caller waits. The caller hears the message, or goes to another queue, or, with neither, back to the dialplan.
	ServiceClosed struct {
		Closing  *Closing  `json:"closing,omitempty"`
		Queue    string    `json:"queue,omitempty"`
		Service  string    `json:"service,omitempty"`  // the other queue's
		Scenario *Scenario `json:"scenario,omitempty"` // the other queue's
	}
	// QueueChanged says that the settings of the call's queue are other ones now. Who waits, waits by them; a conversation goes on, and they count for what follows it.
	QueueChanged struct {
		Scenario Scenario `json:"scenario"`
	}
	// Nobody says that nobody is logged in who could ever take the call. Deleted: nor will anybody be, since its queue is not there any more.
	Nobody struct {
		Considered []Considered `json:"considered,omitempty"`
		Deleted    bool         `json:"deleted,omitempty"`
	}
)

// Facts from the switch. A fact about a leg that the call does not know changes nothing, but an
// unknown leg that is answered is hung up.
type (
	LegRinging struct {
		Leg string `json:"leg"`
	}
	LegUp struct {
		Leg string `json:"leg"`
	}
	// LegGone: Cause is Q.850's, as Asterisk reports it, or [CauseAbsent].
	LegGone struct {
		Leg   string `json:"leg"`
		Cause int    `json:"cause"`
	}
	// PhoneHold: a desk phone's own hold key was pressed, or released (S37).
	PhoneHold struct {
		Leg string `json:"leg"`
		On  bool   `json:"on,omitempty"`
	}
	// PhoneLost: the contact of the agent's WebRTC phone went away.
	PhoneLost struct {
		Agent string `json:"agent"`
	}
	// PhoneBack: the agent's phone has a contact again.
	PhoneBack struct {
		Agent string `json:"agent"`
	}
)

// Results of effects.
type (
	// MessageBegan and MessageOver tell of the forced message; Failed: it could not be played.
	MessageBegan struct{}
	MessageOver  struct {
		Failed bool `json:"failed,omitempty"`
	}
	// Joined: the Join effect was carried out for these legs.
	Joined struct {
		Leg string `json:"leg"` // the agent's
	}
	// JoinFailed: it was not, for good.
	JoinFailed struct {
		Leg string `json:"leg"`
		Why string `json:"why"`
	}
	// TicketOpened: the call's ticket exists.
	TicketOpened struct {
		Ticket string `json:"ticket"`
	}
)

// Seen is a channel found at Asterisk in recovery.
type Seen struct {
	ID    string   `json:"id"`
	State LegState `json:"state"` // Dialing, Rings or Up
	// Called: of a leg to the outside that is Dialing, it is known that it was rung. Not so: perhaps it was.
	Called bool `json:"called,omitempty"`
}

// Recovered tells what of the call is at Asterisk after the controller was away. Channels lists those of the call's
// legs that exist and are still ours to command; the others are gone. At is when the list was asked for: it says nothing about
// legs that are younger.
type Recovered struct {
	Channels []Seen    `json:"channels,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// Deadline says that the call's deadline has come. The engine feeds it not before [Call.Deadline].
type Deadline struct{}

func (Enter) Kind() Kind           { return KEnter }
func (Place) Kind() Kind           { return KPlace }
func (Claimed) Kind() Kind         { return KClaimed }
func (Nobody) Kind() Kind          { return KNobody }
func (Answer) Kind() Kind          { return KAnswer }
func (Decline) Kind() Kind         { return KDecline }
func (Hangup) Kind() Kind          { return KHangup }
func (Rejoin) Kind() Kind          { return KRejoin }
func (Mute) Kind() Kind            { return KMute }
func (Digits) Kind() Kind          { return KDigits }
func (Hold) Kind() Kind            { return KHold }
func (Resume) Kind() Kind          { return KResume }
func (Transfer) Kind() Kind        { return KTransfer }
func (Consult) Kind() Kind         { return KConsult }
func (Complete) Kind() Kind        { return KComplete }
func (Cancel) Kind() Kind          { return KCancel }
func (Swap) Kind() Kind            { return KSwap }
func (Confer) Kind() Kind          { return KConfer }
func (ForceDisconnect) Kind() Kind { return KDisconnect }
func (ServiceClosed) Kind() Kind   { return KClosed }
func (QueueChanged) Kind() Kind    { return KChanged }
func (Recalled) Kind() Kind        { return KRecalled }
func (NoRecall) Kind() Kind        { return KNoRecall }
func (MessageBegan) Kind() Kind    { return KSaying }
func (MessageOver) Kind() Kind     { return KSaid }
func (LegRinging) Kind() Kind      { return KLegRinging }
func (LegUp) Kind() Kind           { return KLegUp }
func (LegGone) Kind() Kind         { return KLegGone }
func (PhoneHold) Kind() Kind       { return KPhoneHold }
func (PhoneLost) Kind() Kind       { return KPhoneLost }
func (PhoneBack) Kind() Kind       { return KPhoneBack }
func (Joined) Kind() Kind          { return KJoined }
func (JoinFailed) Kind() Kind      { return KJoinFailed }
func (TicketOpened) Kind() Kind    { return KTicket }
func (Recovered) Kind() Kind       { return KRecovered }
func (Deadline) Kind() Kind        { return KDeadline }
