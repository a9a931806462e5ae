package api

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/settings"
)

// ListWebhooks lists the systems that are told of events.
func (s *Server) ListWebhooks(c echo.Context) error {
	list, err := s.deps.Webhooks.ListWebhooks(c.Request().Context())
	return shown(c, contract.WebhooksList{Webhooks: list}, err)
}

// CreateWebhook makes one, and shows its secret this once.
func (s *Server) CreateWebhook(c echo.Context) error {
	if err := noKey(c); err != nil {
		return err
	}
	v := settings.NewWebhook()
	if err := decode(c, &v); err != nil {
		return err
	}
	if err := s.checkURL(v.URL); err != nil {
		return err
	}
	v, secret, err := s.deps.Webhooks.CreateWebhook(c.Request().Context(), by(c), v)
	if err != nil {
		return adminProblem(err)
	}
	return answer(c, http.StatusCreated, contract.CreatedWebhook{Webhook: v, Secret: secret.Text()}, v.Version)
}

// checkURL refuses early what the sender would refuse each time.
func (s *Server) checkURL(url string) error {
	if err := s.deps.CheckURL(url); err != nil {
		return adminProblem(&settings.Error{Slug: "invalid", Field: "/url", Detail: err.Error()})
	}
	return nil
}

// GetWebhook shows one.
func (s *Server) GetWebhook(c echo.Context, id contract.WebhookID) error {
	return get(c, func(ctx context.Context) (settings.Webhook, error) { return s.deps.Webhooks.WebhookSettings(ctx, id) })
}

// ChangeWebhook changes one.
func (s *Server) ChangeWebhook(c echo.Context, id contract.WebhookID, p contract.ChangeWebhookParams) error {
	return change(c, p.IfMatch,
		func(ctx context.Context) (settings.Webhook, error) { return s.deps.Webhooks.WebhookSettings(ctx, id) },
		func(ctx context.Context, version string, v settings.Webhook) (settings.Webhook, error) {
			if err := s.checkURL(v.URL); err != nil {
				return v, err
			}
			return s.deps.Webhooks.ChangeWebhook(ctx, by(c), version, v)
		})
}

// DeleteWebhook removes one.
func (s *Server) DeleteWebhook(c echo.Context, id contract.WebhookID) error {
	return remove(c, func(ctx context.Context) error { return s.deps.Webhooks.DeleteWebhook(ctx, by(c), id) })
}

// RotateWebhookSecret makes a new secret, and shows it this once.
func (s *Server) RotateWebhookSecret(c echo.Context, id contract.WebhookID) error {
	if err := noKey(c); err != nil {
		return err
	}
	secret, err := s.deps.Webhooks.RotateWebhookSecret(c.Request().Context(), by(c), id)
	if err != nil {
		return adminProblem(err)
	}
	noStore(c)
	return c.JSON(http.StatusCreated, contract.WebhookSecret{Secret: secret.Text()})
}

// TestWebhook sends a test event.
func (s *Server) TestWebhook(c echo.Context, id contract.WebhookID, _ contract.TestWebhookParams) error {
	delivery, err := s.deps.Webhooks.TestWebhook(c.Request().Context(), by(c), id)
	if err != nil {
		return adminProblem(err)
	}
	return c.JSON(http.StatusAccepted, contract.WebhookTest{Delivery: delivery})
}

// ListWebhookDeliveries shows what is on its way, and what came of the rest.
func (s *Server) ListWebhookDeliveries(c echo.Context, id contract.WebhookID, p contract.ListWebhookDeliveriesParams) error {
	list, err := s.deps.Webhooks.WebhookDeliveries(c.Request().Context(), id, settings.WebhookQuery{State: value(p.State), After: value(p.After), Limit: page(p.Limit)})
	return shown(c, list, err)
}

// ResendWebhookDelivery sends one again.
func (s *Server) ResendWebhookDelivery(c echo.Context, id contract.WebhookID, delivery contract.DeliveryID, _ contract.ResendWebhookDeliveryParams) error {
	if err := s.deps.Webhooks.ResendDelivery(c.Request().Context(), by(c), id, delivery); err != nil {
		return adminProblem(err)
	}
	return c.NoContent(http.StatusAccepted)
}

// ResendDeadDeliveries sends all again that was given up.
func (s *Server) ResendDeadDeliveries(c echo.Context, id contract.WebhookID, _ contract.ResendDeadDeliveriesParams) error {
	n, err := s.deps.Webhooks.ResendDead(c.Request().Context(), by(c), id)
	if err != nil {
		return adminProblem(err)
	}
	return c.JSON(http.StatusAccepted, contract.WebhookResent{Deliveries: n})
}

// DropWebhookDelivery forgets one.
func (s *Server) DropWebhookDelivery(c echo.Context, id contract.WebhookID, delivery contract.DeliveryID) error {
	return remove(c, func(ctx context.Context) error {
		return s.deps.Webhooks.DropDelivery(ctx, by(c), id, delivery)
	})
}
