package call

import "switchroom/agent"

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
	s.to(Farewell)
	s.Deadline = s.now.Add(FarewellWithin)
	if limit := s.Scenario.FarewellTime; limit > 0 {
		s.Deadline = s.now.Add(limit)
	}
	s.Hears = Message
	s.restateCustomer() // whatever failed before: nothing may be heard beside the message
}

func (s *step) messageBegan(MessageBegan) { s.Disconnect.Said = true }

func (s *step) messageOver(MessageOver) { s.end(Completed, slugForced) }

func (s *step) farewellTooLong(Deadline) {
	if s.due() {
		s.end(Completed, slugForced)
	}
}
