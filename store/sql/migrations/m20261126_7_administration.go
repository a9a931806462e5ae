package migrations

import (
	"fmt"
	"time"

	"github.com/go-gormigrate/gormigrate/v2"
	"gorm.io/gorm"
)

// administration makes the tables of who belongs to which service and of wrong passwords. Whoever has had phone
// permission for a service belongs to it.
func administration() *gormigrate.Migration {
	type User struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type Service struct {
		ID string `gorm:"size:64;primaryKey"`
	}
	type ServiceMember struct {
		UserID    string  `gorm:"size:64;primaryKey"`
		User      User    `gorm:"constraint:OnDelete:CASCADE"`
		ServiceID string  `gorm:"size:64;primaryKey;index:ix_service_members_service"`
		Service   Service `gorm:"constraint:OnDelete:NO ACTION"`
	}
	type LoginFailure struct {
		Login       string    `gorm:"size:128;primaryKey"`
		Count       int       `gorm:"not null"`
		LastAt      time.Time `gorm:"not null;index:ix_login_failures_last"`
		LockedUntil *time.Time
	}
	return &gormigrate.Migration{
		ID: "20261126-7-administration",
		Migrate: func(tx *gorm.DB) error {
			if err := create(&ServiceMember{}, &LoginFailure{})(tx); err != nil {
				return err
			}
			for _, from := range []struct{ table, service string }{{"phone_permissions", "service_id"}, {"agents", "home_service_id"}} {
				fill := fmt.Sprintf("INSERT INTO service_members (user_id, service_id) SELECT f.user_id, f.%[2]s FROM %[1]s f WHERE NOT EXISTS "+
					"(SELECT 1 FROM service_members m WHERE m.user_id = f.user_id AND m.service_id = f.%[2]s)", from.table, from.service)
				if err := tx.Exec(fill).Error; err != nil {
					return fmt.Errorf("fill service_members from %s: %w", from.table, err)
				}
			}
			return nil
		},
	}
}
