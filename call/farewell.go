package call

import (
	"time"

	"switchroom/agent"
)

// A forced disconnect (S33, S34): the agent leaves at once, the customer hears the message, then the call ends, also when the message cannot
// be played. Nobody can talk over it, and nothing ends it sooner but the customer.

const slugForced = "force_disconnect"

func (s *step) disconnect(in ForceDisconnect) {
	s.Disconnect = &Disconnect{Agent: in.Agent, Reason: in.Reason, At: s.now}
	if s.Target != nil {
		s.letTargetGo(whyCancelled)
		s.Target = nil
	}
	s.dismiss(agent.Served)
	s.Agent, s.Back = nil, ""
	s.farewell(s.Scenario.FarewellTime)
}

// farewell lets the customer hear the last message.
func (s *step) farewell(limit time.Duration) {
	s.to(Farewell)
	s.Deadline = s.now.Add(FarewellWithin)
	if limit > 0 {
		s.Deadline = s.now.Add(limit)
	}
	s.Hears = Message
	s.restateCustomer() // whatever failed before: nothing may be heard beside the message
}

// lastMessage is what is played in Farewell, and whether it was heard to begin.
func (c *Call) lastMessage() (message string, said bool) {
	if c.Closing != nil {
		return c.Closing.Message, c.Closing.Said
	}
	return c.Scenario.Farewell, c.Disconnect.Said
}

func (s *step) messageBegan(MessageBegan) {
	if s.Closing != nil {
		s.Closing.Said = true
		return
	}
	s.Disconnect.Said = true
}

func (s *step) messageOver(MessageOver) { s.endFarewell() }

// endFarewell: whoever heard that the service is closed was not served.
func (s *step) endFarewell() {
	if s.Closing != nil {
		s.end(Refused, slugClosed)
		return
	}
	s.end(Completed, slugForced)
}

func (s *step) farewellTooLong(Deadline) {
	if s.due() {
		s.endFarewell()
	}
}
