package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"switchroom/agent"
	"switchroom/call"
)

// The commands of people. Each returns once it is saved, or says why it was refused: *agent.Error, *call.Error or *Error. None takes
// longer than commandWithin.

// commandWithin is how long somebody waits at most for the answer to a command.
const commandWithin = 5 * time.Second

// Login logs the agent in to CTI (S8, S9).
func (e *Engine) Login(ctx context.Context, agentID string) error {
	if err := e.Ready(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commandWithin)
	defer cancel()
	p, err := e.opt.Settings.Person(ctx, agentID)
	switch {
	case errors.Is(err, ErrUnknown):
		return &Error{"unknown_agent", "there is no agent " + agentID}
	case err != nil:
		return errStoreAway(fmt.Errorf("read the settings of agent %s: %w", agentID, err))
	case !p.Permitted:
		return e.refuse(agentID, "login", p.Service, &Error{"no_permission", "you have no phone permission for your service; ask an administrator for it"})
	}
	endpoint := p.Profile.Phone.Endpoint
	e.mu.Lock()
	e.endpoints[endpoint] = agentID
	e.mu.Unlock()
	_, err = e.agents.apply(ctx, agentID, agent.Login{Profile: p.Profile, Default: p.DefaultStatus, Reason: p.DefaultReason})
	if err == nil {
		// In a step of its own: a fact about the phone that came before the record said whose it is was passed over.
		_, err = e.agents.change(ctx, agentID, e.phoneAsHeard)
	}
	return coded(err)
}

// status gives an agent's record a command.
func (e *Engine) status(ctx context.Context, agentID string, in agent.Input) error {
	ctx, cancel := context.WithTimeout(ctx, commandWithin)
	defer cancel()
	_, err := e.agents.apply(ctx, agentID, in)
	return coded(err)
}

// coded makes sure that a person's command fails with a code.
func coded(err error) error {
	var ofAgent *agent.Error
	var ofEngine *Error
	switch {
	case err == nil || errors.As(err, &ofAgent) || errors.As(err, &ofEngine):
		return err
	case errors.Is(err, ErrFenced):
		return errNotReady()
	}
	return errStoreAway(err)
}

// Logout logs the agent out of CTI; during a call it takes effect when that ends.
func (e *Engine) Logout(ctx context.Context, agentID string) error {
	return e.Choose(ctx, agentID, agent.LoggedOut, "")
}

// Choose changes the agent's status (S9–S12); during a call it chooses the next one.
func (e *Engine) Choose(ctx context.Context, agentID string, status agent.Choice, reason string) error {
	if err := e.reasoned(ctx, agentID, status, reason); err != nil {
		return err
	}
	return e.status(ctx, agentID, agent.Choose{Status: status, Reason: reason})
}

// reasoned refuses a status whose reason is none of the home service's, or is missing. Who has nothing but a desk phone may go without.
func (e *Engine) reasoned(ctx context.Context, agentID string, status agent.Choice, reason string) error {
	if reason == "" && status != agent.Business && status != agent.Rest {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, commandWithin)
	defer cancel()
	p, err := e.opt.Settings.Person(ctx, agentID)
	switch {
	case errors.Is(err, ErrUnknown): // their record says what is wrong
		return nil
	case err != nil && reason == "": // a break does not wait for the database
		e.log.Warn("read whether a status wants a reason", "agent", agentID, "err", err)
		return nil
	case err != nil:
		return errStoreAway(fmt.Errorf("read the reasons of agent %s: %w", agentID, err))
	}
	return p.OwnReasons().Allow(status, reason)
}

// OwnReasons are those that the agent can choose from, as they count for the agent.
func (p Person) OwnReasons() agent.Reasons {
	out := p.Reasons
	out.Required = out.Required && p.Profile.Phone.Device != agent.Desk
	return out
}

// Absent says that the agent's browser has been gone for its grace period. A live call is not touched.
func (e *Engine) Absent(ctx context.Context, agentID string) error {
	return e.status(ctx, agentID, agent.Absent{})
}

// Command gives a call a command of an agent.
func (e *Engine) Command(ctx context.Context, callID string, in call.Input) error {
	if err := e.Ready(); err != nil {
		return err
	}
	o := e.owner(callID)
	if o == nil {
		return errUnknownCall(callID)
	}
	ctx, cancel := context.WithTimeout(ctx, commandWithin)
	defer cancel()
	return e.refuse(call.Commander(in), string(in.Kind()), callID, o.command(ctx, in))
}
