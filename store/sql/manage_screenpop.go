package sql

import (
	"context"

	"gorm.io/gorm"

	"switchroom/settings"
)

// ScreenPop is the page that is opened beside a service's calls.
func (s *Store) ScreenPop(ctx context.Context, serviceID string) (settings.ScreenPop, error) {
	return look(ctx, s, "load the screen pop of "+serviceID, screenPopOf(serviceID))
}

// SetScreenPop replaces it.
func (s *Store) SetScreenPop(ctx context.Context, by, serviceID, version string, v settings.ScreenPop) (settings.ScreenPop, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_screen_pop", serviceID, version, screenPopOf(serviceID), func(tx *gorm.DB, _ settings.ScreenPop) error {
		return tx.Select("*").Updates(&serviceScreenPop{ID: serviceID, URL: v.URL, When: string(v.When)}).Error
	})
}

func screenPopOf(serviceID string) loader[settings.ScreenPop] {
	return func(tx *gorm.DB) (settings.ScreenPop, error) {
		var row serviceScreenPop
		if err := tx.Where("id = ?", serviceID).Take(&row).Error; err != nil {
			return settings.ScreenPop{}, absent(err, "unknown_service", "there is no service with this ID")
		}
		return settings.Seal(settings.ScreenPop{URL: row.URL, When: settings.PopWhen(row.When)}), nil
	}
}
